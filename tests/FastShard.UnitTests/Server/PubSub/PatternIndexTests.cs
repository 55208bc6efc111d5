using System.Text;
using FastShard.Engine.Text;
using FastShard.Server.PubSub;
using Xunit;

namespace FastShard.UnitTests.Server.PubSub;

public sealed class PatternIndexTests
{
    // A small alphabet, so that patterns and channels meet often.
    private static readonly string[] Pieces = ["a", "b", "ab", "*", "?", "[ab]", "[^a]", "[a-c]", "\\*", "[b", "\\"];

    [Theory]
    [InlineData("news.*", "news.art", true)]
    [InlineData("news.*", "new.art", false)]
    [InlineData("*.created", "user.1.created", true)]
    [InlineData("*.created", "user.1.deleted", false)]
    [InlineData("user.*.created", "user.created", false)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("plain", "plain", true)]
    [InlineData("plain", "plainer", false)]
    [InlineData("h\\*", "h*", true)]
    [InlineData("h\\*", "hello", false)]
    [InlineData("*", "anything", true)]
    [InlineData("*", "", false)]
    [InlineData("", "", true)]
    public void Finds_what_fits(string pattern, string channel, bool fits)
    {
        PatternIndex index = new();
        index.FindOrAdd(Encoding.Latin1.GetBytes(pattern));
        Assert.Equal(fits, Collect(index, channel).Count == 1);
    }

    [Fact]
    public void Finds_the_same_as_trying_all_of_them_while_patterns_come_and_go()
    {
        Random random = new(7);
        PatternIndex index = new();
        HashSet<string> present = [];
        for (int round = 0; round < 20_000; round++)
        {
            string pattern = Text(random, 5);
            byte[] bytes = Encoding.Latin1.GetBytes(pattern);
            if (present.Count < 300 && present.Add(pattern)) index.FindOrAdd(bytes);
            else if (present.Remove(pattern)) index.Drop(index.Find(bytes)!);
            if (round % 10 != 0) continue;

            string channel = Text(random, 4);
            byte[] name = Encoding.Latin1.GetBytes(channel);
            IEnumerable<string> expected =
                present.Where(known => GlobPattern.IsMatch(Encoding.Latin1.GetBytes(known), name));
            Assert.Equal(expected.Order(StringComparer.Ordinal), Collect(index, channel));
            Assert.Equal(present.Count, index.Count);
        }
        foreach (string pattern in present) index.Drop(index.Find(Encoding.Latin1.GetBytes(pattern))!);
        Assert.Equal(0, index.Count);
        Assert.Empty(Collect(index, "a"));
    }

    [Fact]
    public void Looks_only_at_patterns_with_the_right_ends()
    {
        PatternShape shape = new("a\\*b?c[x-z]de"u8);
        Assert.Equal("a*b"u8, shape.Prefix);
        Assert.Equal("ed"u8, shape.Suffix);
        PatternShape open = new("ab*c[de"u8);
        Assert.Equal("ab"u8, open.Prefix);
        Assert.Empty(open.Suffix);
    }

    private static List<string> Collect(PatternIndex index, string channel)
    {
        List<Topic> matches = [];
        index.Collect(Encoding.Latin1.GetBytes(channel), matches);
        return [.. matches.Select(match => Encoding.Latin1.GetString(match.Name)).Order(StringComparer.Ordinal)];
    }

    private static string Text(Random random, int piecesMax)
    {
        StringBuilder text = new();
        for (int left = random.Next(piecesMax + 1); left > 0; left--) text.Append(Pieces[random.Next(Pieces.Length)]);
        return text.ToString();
    }
}
