using System.Globalization;
using System.Text;
using FastShard.Protocol;
using Xunit;

namespace FastShard.UnitTests.Protocol.Numerics;

public sealed class NumbersTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData("-1", -1)]
    [InlineData("1234567890123456789", 1234567890123456789)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Reads_integers(string text, long value)
    {
        Assert.True(Numbers.TryParseInt64(Bytes(text), out long parsed));
        Assert.Equal(value, parsed);
        Assert.Equal(text, Format(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("-0")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("1a")]
    [InlineData("/")]
    [InlineData(":")]
    [InlineData("--1")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999")]
    [InlineData("123456789012345678901")]
    public void Refuses_what_is_no_integer(string text)
    {
        Assert.False(Numbers.TryParseInt64(Bytes(text), out _));
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("-1.5", -1.5)]
    [InlineData("+3.25", 3.25)]
    [InlineData(".5", .5)]
    [InlineData("5.", 5)]
    [InlineData("1e3", 1000)]
    [InlineData("1E+3", 1000)]
    [InlineData("1e-3", 0.001)]
    [InlineData("007", 7)]
    [InlineData("0x10", 16)]
    [InlineData("-0x1.8p1", -3)]
    [InlineData("0x.1", 0.0625)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+INF", double.PositiveInfinity)]
    [InlineData("-infinity", double.NegativeInfinity)]
    [InlineData("123456789012345678901234567890", 123456789012345678901234567890d)]
    [InlineData("4.9406564584124654e-324", double.Epsilon)]
    [InlineData("1.7976931348623157e308", double.MaxValue)]
    [InlineData("0e99999", 0)]
    public void Reads_doubles(string text, double value)
    {
        Assert.True(Numbers.TryParseDouble(Bytes(text), out double parsed));
        Assert.Equal(value, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData(".")]
    [InlineData("nan")]
    [InlineData("-nan")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\0")]
    [InlineData("1,000")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("e5")]
    [InlineData("1.2.3")]
    [InlineData("0x")]
    [InlineData("0xg")]
    [InlineData("0x1p")]
    [InlineData("infi")]
    [InlineData("1e309")]
    [InlineData("-1e309")]
    [InlineData("1e-400")]
    [InlineData("0x1p2000")]
    [InlineData("0x1p-2000")]
    [InlineData("$1")]
    [InlineData("(1)")]
    public void Refuses_what_is_no_double(string text)
    {
        Assert.False(Numbers.TryParseDouble(Bytes(text), out _));
    }

    [Fact]
    public void Minus_zero_keeps_its_sign()
    {
        Assert.True(Numbers.TryParseDouble("-0"u8, out double zero));
        Assert.True(double.IsNegative(zero));
        Assert.Equal("-0", Format(zero));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(-17.5, "-17.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(3.1415926535900001, "3.14159265359")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "1.2345e-4")]
    [InlineData(0.0012345678, "0.0012345678")]
    [InlineData(1e-5, "0.00001")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(-1.5e-7, "-1.5e-7")]
    [InlineData(1234.5678901234567, "1234.5678901234567")]
    [InlineData(12345.678901234567, "1.2345678901234567e+4")]
    [InlineData(1699999999.123456, "1699999999.123456")]
    [InlineData(1699999999.1234567, "1.6999999991234567e+9")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1e16, "10000000000000000")]
    [InlineData(1.5e16, "15000000000000000")]
    [InlineData(1e17, "100000000000000000")]
    [InlineData(4611686018427387904, "4611686018427387904")]
    [InlineData(-4611686018427387904, "-4611686018427387904")]
    [InlineData(9223372036854775807, "9223372036854776000")]
    [InlineData(123456789012345680000d, "123456789012345680000")]
    [InlineData(1.5e19, "1.5e+19")]
    [InlineData(-3e20, "-3e+20")]
    [InlineData(1e100, "1e+100")]
    [InlineData(1000000000000000.5, "1000000000000000.5")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.NaN, "nan")]
    public void Writes_doubles_in_the_fewest_digits(double value, string text)
    {
        Assert.Equal(text, Format(value));
    }

    [Theory]
    [InlineData(0.1, "0.10000000000000001")]
    [InlineData(1.5, "1.5")]
    [InlineData(100, "100")]
    [InlineData(1e-7, "9.9999999999999995e-08")]
    [InlineData(3e20, "3e+20")]
    [InlineData(1e16, "10000000000000000")]
    [InlineData(1e17, "1e+17")]
    [InlineData(123456789012345678d, "1.2345678901234568e+17")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00001, "1.0000000000000001e-05")]
    [InlineData(1e100, "1e+100")]
    [InlineData(5e-324, "4.9406564584124654e-324")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Writes_doubles_as_c_does_with_17_digits(double value, string text)
    {
        byte[] target = new byte[Numbers.MaxDoubleBytes];
        Assert.Equal(text, Encoding.ASCII.GetString(target, 0, Numbers.FormatDouble17(value, target)));
    }

    [Fact]
    public void Any_double_reads_back_as_itself()
    {
        var random = new Random(11);
        byte[] target = new byte[Numbers.MaxDoubleBytes];
        for (int i = 0; i < 50_000; i++)
        {
            double value = i % 2 == 0
                ? BitConverter.Int64BitsToDouble(random.NextInt64())
                : random.Next(-1_000_000, 1_000_000) / Math.Pow(10, random.Next(0, 8));
            if (!double.IsFinite(value)) continue;
            int length = Numbers.FormatDouble(value, target);
            Assert.True(Numbers.TryParseDouble(target.AsSpan(0, length), out double back));
            Assert.Equal(value, back);
            length = Numbers.FormatDouble17(value, target);
            Assert.Equal(value, double.Parse(target.AsSpan(0, length), CultureInfo.InvariantCulture));
        }
    }

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Format(long value)
    {
        byte[] target = new byte[Numbers.MaxInt64Bytes];
        return Encoding.ASCII.GetString(target, 0, Numbers.FormatInt64(value, target));
    }

    private static string Format(double value)
    {
        byte[] target = new byte[Numbers.MaxDoubleBytes];
        return Encoding.ASCII.GetString(target, 0, Numbers.FormatDouble(value, target));
    }
}
