using System.Text;
using FastShard.Protocol;
using Xunit;

namespace FastShard.UnitTests.Protocol.Numerics;

/// <summary>Sums that redis-server 7.0.15 (x86-64) replied to INCRBYFLOAT.</summary>
public sealed class LongDoubleTests
{
    [Theory]
    [InlineData("3", "1.1", "4.1")]
    [InlineData("17179869184", "1.5", "17179869185.5")]
    [InlineData("1.23", "-1.1", "0.13")]
    [InlineData("10.5", "0.1", "10.6")]
    [InlineData("1", "-1.1", "-0.1")]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("1e16", "0.1", "10000000000000000.099609375")]
    [InlineData("5.0e3", "2e2", "5200")]
    [InlineData("1234567.123456789", "0.1", "1234567.22345678900001076")]
    [InlineData("0.02439024390243902", "-0.02439024390243902", "0")]
    [InlineData("1e-17", "0", "0.00000000000000001")]
    [InlineData("5e-18", "0", "0")]
    [InlineData("6e-18", "0", "0.00000000000000001")]
    [InlineData("1.5e-17", "0", "0.00000000000000002")]
    [InlineData("9223372036854775807", "1", "9223372036854775808")]
    [InlineData("18446744073709551615", "1", "18446744073709551616")]
    [InlineData("1e30", "1", "1000000000000000000024696061952")]
    [InlineData("1e-4950", "0", "0")]
    [InlineData("0x1p3", "0x.8", "8.5")]
    [InlineData("0X1.8", "1", "2.5")]
    [InlineData("0x1.23456789abcdef123456789p10", "0", "1165.08444444444443022")]
    [InlineData("+5", ".5", "5.5")]
    [InlineData("5.", "-0", "5")]
    [InlineData("-0", "-0", "0")]
    [InlineData("0", "-1e-18", "0")]
    [InlineData("1e5", "1e-5", "100000.00001000000000317")]
    [InlineData("123456789012345678901234567890", "0.1", "123456789012345678899921813504")]
    [InlineData("0.1234567890123456789012345", "0", "0.12345678901234568")]
    [InlineData("99999999999999999999.99999", "0.00001", "100000000000000000000")]
    [InlineData("1.00000000000000005", "0", "1.00000000000000005")]
    [InlineData("0.99999999999999999999", "0", "1")]
    [InlineData("-1e-17", "1e-17", "0")]
    [InlineData("1.1", "2.2", "3.3")]
    [InlineData("100", "-99.99", "0.01")]
    [InlineData("0e999999999999", "1", "1")]
    [InlineData("100741925.78533272", "-435402344.731410303", "-334660418.9460775830084458")]
    [InlineData("66199224357796e5", "-2.8273964584331174e+17", "6337182789936288260")]
    [InlineData("172229775.516487126", "77048862811397649341e-4", "7704886453369540.45068359375")]
    public void Adds_as_redis_does(string left, string right, string sum)
    {
        Assert.Equal(sum, Add(left, right));
        Assert.Equal(sum, Add(right, left));
    }

    [Theory]
    [InlineData("1e4933")]
    [InlineData("1e-5000")]
    [InlineData("1e999999999999")]
    [InlineData("1e-999999999999")]
    [InlineData("0x1p99999")]
    [InlineData("nan")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("")]
    [InlineData("1e")]
    [InlineData("0x")]
    [InlineData("1\0")]
    public void Refuses_what_redis_refuses(string text)
    {
        Assert.False(LongDouble.TryParse(Encoding.ASCII.GetBytes(text), out _));
    }

    [Fact]
    public void Overflow_and_infinity_are_not_finite()
    {
        Assert.False((Parse("1.1e4932") + Parse("1e4932")).IsFinite);
        Assert.False((Parse("-inf") + Parse("1")).IsFinite);
        Assert.False((Parse("1") + Parse("infinity")).IsFinite);
        Assert.False((Parse("inf") + Parse("-inf")).IsFinite);
        Assert.False((Parse("inf") + Parse("-0")).IsFinite);
        Assert.Equal("-inf", Show(Parse("-inf")));
    }

    [Fact]
    public void The_largest_value_is_written_in_full()
    {
        string text = Show(Parse("1e4931"));
        Assert.Equal(4932, text.Length);
        Assert.StartsWith("10000000000000000000060189493879638913238377", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-inf", "-1e4932")]
    [InlineData("-1e4932", "-2")]
    [InlineData("-2", "-1.5")]
    [InlineData("-1", "0")]
    [InlineData("-1", "-0")]
    [InlineData("0", "1e-4000")]
    [InlineData("1", "1.0000000000000000001")]
    [InlineData("1.9", "2")]
    [InlineData("1.1e4932", "inf")]
    public void Compares_by_value(string less, string more)
    {
        Assert.True(LongDouble.Compare(Parse(less), Parse(more)) < 0);
        Assert.True(LongDouble.Compare(Parse(more), Parse(less)) > 0);
        Assert.Equal(0, LongDouble.Compare(Parse(less), Parse(less)));
        Assert.True(LongDouble.Compare(-Parse(less), -Parse(more)) > 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Integers_are_exact(long value)
    {
        Assert.Equal(value.ToString(), Show(LongDouble.FromInt64(value)));
        Assert.Equal(0, LongDouble.Compare(LongDouble.FromInt64(value), Parse(value.ToString())));
    }

    [Fact]
    public void The_largest_value_has_nothing_above_it_but_infinity()
    {
        Assert.True(LongDouble.MaxValue.IsFinite);
        Assert.False((LongDouble.MaxValue + LongDouble.MaxValue).IsFinite);
        Assert.True(LongDouble.Compare(LongDouble.MaxValue, Parse("1.18e4932")) > 0);
        Assert.Equal("0", Show(LongDouble.MaxValue + -LongDouble.MaxValue));
    }

    [Fact]
    public void Zero_has_one_value_and_two_signs() =>
        Assert.Equal(0, LongDouble.Compare(Parse("-0"), Parse("0")));

    private static string Add(string left, string right) => Show(Parse(left) + Parse(right));

    private static LongDouble Parse(string text)
    {
        Assert.True(LongDouble.TryParse(Encoding.ASCII.GetBytes(text), out LongDouble value), text);
        return value;
    }

    private static string Show(LongDouble value)
    {
        byte[] text = new byte[LongDouble.MaxBytes];
        return Encoding.ASCII.GetString(text, 0, value.Format(text));
    }
}
