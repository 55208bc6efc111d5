using FastShard.CommandTests.Harness;
using FastShard.Engine.Commands;
using Xunit;

namespace FastShard.CommandTests.Strings;

/// <summary>Commands of strings and bitmaps refuse keys of other types, and their transcripts show it.</summary>
public sealed class WrongTypeTests
{
    // They overwrite or pass over other types, or have an error text of their own.
    private static readonly string[] OtherAnswers =
        ["SETNX", "SETEX", "PSETEX", "MGET", "MSET", "MSETNX", "MSETEX", "DELEX", "LCS"];

    public static TheoryData<string> Commands() =>
    [
        .. CommandHarness.Table.TopLevel
            .Where(static spec => spec.Group is CommandGroup.String or CommandGroup.Bitmap)
            .Where(static spec => !OtherAnswers.Contains(spec.Name))
            .Select(static spec => spec.FullName),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_transcript_meets_a_wrong_type(string fullName)
    {
        string path = Transcript.All().Single(path => Path.GetFileName(path) == fullName + ".txt");
        string[] lines = File.ReadAllLines(Path.Combine(Transcript.Root, path));
        bool isShown = lines.Zip(lines.Skip(1)).Any(pair =>
            pair.First.StartsWith($"> {fullName} ", StringComparison.OrdinalIgnoreCase)
            && pair.Second.StartsWith("(error) WRONGTYPE", StringComparison.Ordinal));
        Assert.True(isShown, $"{path}: after '@ list key', show what {fullName} replies to the key");
    }
}
