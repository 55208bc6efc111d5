using FastShard.Server.Configuration;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FastShard.UnitTests.Configuration;

public sealed class ConfigTextTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Reads_integers(string text, long expected)
    {
        Assert.True(ConfigText.TryParseInteger(text, out long number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("01")]
    [InlineData("-0")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1.0")]
    [InlineData("9223372036854775808")]
    public void Refuses_what_redis_takes_for_no_integer(string text) =>
        Assert.False(ConfigText.TryParseInteger(text, out _));

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("100", 100UL)]
    [InlineData("64k", 64_000UL)]
    [InlineData("64kb", 65_536UL)]
    [InlineData("100Mb", 104_857_600UL)]
    [InlineData("1M", 1_000_000UL)]
    [InlineData("1gb", 1_073_741_824UL)]
    [InlineData("2G", 2_000_000_000UL)]
    [InlineData("7b", 7UL)]
    public void Reads_sizes(string text, ulong expected)
    {
        Assert.True(MemorySize.TryParse(text, out ulong bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("kb")]
    [InlineData("-1")]
    [InlineData("1tb")]
    [InlineData("1 kb")]
    [InlineData("1.5gb")]
    [InlineData("99999999999999999999")]
    [InlineData("99999999999gb")]
    public void Refuses_what_is_no_size(string text) => Assert.False(MemorySize.TryParse(text, out _));

    [Fact]
    public void Prints_sizes_so_that_they_read_back() =>
        Prop.ForAll<ulong>(number =>
        {
            long bytes = (long)(number & long.MaxValue);
            return MemorySize.TryParse(MemorySize.Print(bytes), out ulong again) && (long)again == bytes;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("a b  c", new[] { "a", "b", "c" })]
    [InlineData("a \"b c\"", new[] { "a", "b c" })]
    [InlineData("a \"\"", new[] { "a", "" })]
    [InlineData("""a "x\ty\n\"q\" \x41" """, new[] { "a", "x\ty\n\"q\" A" })]
    [InlineData("""a 'it\'s \n'""", new[] { "a", """it's \n""" })]
    [InlineData("a pre\"fix ed\"", new[] { "a", "prefix ed" })]
    [InlineData("""a "\xc3\xa9" """, new[] { "a", "é" })]
    [InlineData("", new string[0])]
    public void Splits_lines_into_words(string line, string[] words) =>
        Assert.Equal(words, ConfigText.SplitLine(line, out _));

    [Theory]
    [InlineData("a \"b", "Unbalanced quotes in configuration line")]
    [InlineData("a 'b", "Unbalanced quotes in configuration line")]
    [InlineData("a \"b\"c", "Unbalanced quotes in configuration line")]
    [InlineData("""a "\xff" """, "a value is not valid UTF-8 text")]
    public void Refuses_broken_lines(string line, string expected)
    {
        Assert.Null(ConfigText.SplitLine(line, out string? error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Quoted_text_reads_back()
    {
        Gen<char> letters = Gen.Elements("ab \"'\\\n\r\t\a\b\0\x1f\x7f#é".ToCharArray());
        Prop.ForAll(letters.ArrayOf().ToArbitrary(), letters =>
        {
            string text = new(letters);
            string line = $"name {ConfigText.QuoteIfNeeded(text)}";
            return !line.Contains('\n') && ConfigText.SplitLine(line, out _) is [_, var again] && again == text;
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("maxmemry", "maxmemory")]
    [InlineData("maxmemory_policy", "maxmemory-policy")]
    [InlineData("appendnoly", "appendonly")]
    [InlineData("prot", "port")]
    [InlineData("slave-read-onyl", "slave-read-only")]
    [InlineData("qqqqqqq", null)]
    public void Finds_the_name_that_was_meant(string name, string? meant) =>
        Assert.Equal(meant, NearestName.Find(name, DirectiveTable.AllNames));
}
