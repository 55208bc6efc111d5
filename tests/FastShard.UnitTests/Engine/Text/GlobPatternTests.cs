using System.Text;
using FastShard.Engine.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FastShard.UnitTests.Engine.Text;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a", "", false)]
    [InlineData("*", "a", true)]
    [InlineData("h?llo", "hello", true)]
    [InlineData("h?llo", "hllo", false)]
    [InlineData("h*llo", "hllo", true)]
    [InlineData("h*llo", "heeeello", true)]
    [InlineData("h*llo", "heeeell", false)]
    [InlineData("h[ae]llo", "hallo", true)]
    [InlineData("h[ae]llo", "hillo", false)]
    [InlineData("h[^e]llo", "hallo", true)]
    [InlineData("h[^e]llo", "hello", false)]
    [InlineData("h[a-b]llo", "hbllo", true)]
    [InlineData("h[b-a]llo", "hallo", true)]
    [InlineData("h[a-b]llo", "hcllo", false)]
    [InlineData(@"h\?llo", "h?llo", true)]
    [InlineData(@"h\?llo", "hello", false)]
    [InlineData(@"[\]]", "]", true)]
    [InlineData(@"[a\-z]", "-", true)]
    [InlineData(@"[a\-z]", "m", false)]
    [InlineData("a**b", "ab", true)]
    [InlineData("*a*a*", "banana", true)]
    [InlineData("*.log", "a.log.log", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a***", "a", true)]
    [InlineData("a?", "a", false)]
    public void Matches_as_documented(string pattern, string text, bool matches) =>
        Assert.Equal(matches, IsMatch(pattern, text));

    [Theory]
    [InlineData("[", "a", false)]
    [InlineData("[a", "a", true)]
    [InlineData("[^", "a", true)]
    [InlineData("[a-", "-", true)]
    [InlineData("[a-]", "]", true)]
    [InlineData("[a-]x", "ax", false)]
    [InlineData("[]", "a", false)]
    [InlineData("[^]", "a", true)]
    [InlineData(@"a\", @"a\", true)]
    [InlineData(@"[\", @"\", true)]
    [InlineData("**", "", false)]
    [InlineData("*", "", false)]
    public void Keeps_the_odd_corners_that_clients_see(string pattern, string text, bool matches) =>
        Assert.Equal(matches, IsMatch(pattern, text));

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void Gives_up_where_redis_does(int stars, bool matches)
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", stars)) + "*";
        Assert.Equal(matches, IsMatch(pattern, new string('a', 3000)));
    }

    [Theory]
    [InlineData("MAX*", "maxmemory", true)]
    [InlineData("[A-C]x", "bX", true)]
    [InlineData(@"[\A]", "a", false)]
    [InlineData("[a-Z]", "m", false)]
    public void Ignores_case_where_redis_does(string pattern, string text, bool matches) =>
        Assert.Equal(matches, IsMatch(pattern, text, ignoreCase: true));

    [Fact]
    public void Ranges_compare_signed_bytes()
    {
        // 'a' (97) and 0xff (-1) swap: the range is -1 .. 97.
        Assert.True(GlobPattern.IsMatch([.. "[a-"u8, 0xff, (byte)']'], [0xff]));
        Assert.True(GlobPattern.IsMatch([.. "[a-"u8, 0xff, (byte)']'], "A"u8));
        Assert.False(GlobPattern.IsMatch([.. "[a-"u8, 0xff, (byte)']'], "b"u8));
    }

    [Fact]
    public void Tells_the_pattern_that_needs_no_evaluation()
    {
        Assert.True(GlobPattern.MatchesEverything("*"u8));
        Assert.False(GlobPattern.MatchesEverything("**"u8));
        Assert.True(GlobPattern.HasWildcard("a[b"u8));
        Assert.False(GlobPattern.HasWildcard("maxmemory"u8));
    }

    /// <summary>A recursive matcher would take longer than the universe has.</summary>
    [Fact]
    public void Pathological_patterns_take_no_time()
    {
        string text = new('a', 2000);
        string pattern = string.Concat(Enumerable.Repeat("a*", 500)) + "b";
        Assert.False(IsMatch(pattern, text));
        Assert.True(IsMatch(string.Concat(Enumerable.Repeat("*a", 500)), text));
        Assert.False(IsMatch(string.Concat(Enumerable.Repeat("*[^b]", 500)) + "*c", text));
    }

    [Fact]
    public void Agrees_with_a_model_of_redis_on_random_patterns()
    {
        Gen<char[]> patterns = Gen.Elements("abAB*?[]^-\\".ToCharArray()).ArrayOf();
        Gen<char[]> texts = Gen.Elements("abABc]-\\^".ToCharArray()).ArrayOf();
        Prop.ForAll(
            patterns.Zip(texts).Zip(Gen.Elements(true, false)).ToArbitrary(),
            sample =>
            {
                ((char[] pattern, char[] text), bool ignoreCase) = sample;
                return Agrees(new string(pattern), new string(text), ignoreCase);
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(12));
    }

    private static bool Agrees(string pattern, string text, bool ignoreCase) =>
        IsMatch(pattern, text, ignoreCase) == new GlobModel(pattern, text, ignoreCase).IsMatch();

    private static bool IsMatch(string pattern, string text, bool ignoreCase = false) =>
        GlobPattern.IsMatch(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text), ignoreCase);
}
