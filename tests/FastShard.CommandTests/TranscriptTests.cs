using FastShard.CommandTests.Harness;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using Xunit;

namespace FastShard.CommandTests;

/// <summary>Plays every transcript, and holds that every command has one.</summary>
public sealed class TranscriptTests
{
    public static TheoryData<string> Files() => [.. Transcript.All()];

    public static TheoryData<string> Commands() =>
    [
        .. CommandHarness.Table.All
            .Where(static spec => spec.Handler is not null)
            .Select(static spec => spec.FullName),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Plays_as_written(string path)
    {
        foreach (int shards in (ReadOnlySpan<int>)[1, 3])
        {
            Transcript.Play(path, shards, RespVersion.Resp2);
            Transcript.Play(path, shards, RespVersion.Resp3);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Plays_as_written_while_snapshots_run(string path) =>
        Transcript.Play(path, shards: 2, RespVersion.Resp2, checksCuts: true);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_has_a_transcript(string fullName)
    {
        string file = fullName.Replace('|', '-') + ".txt";
        string? path = Transcript.All().FirstOrDefault(path => Path.GetFileName(path) == file);
        Assert.True(path is not null, $"write tests/FastShard.CommandTests/Transcripts/<family>/{file}");

        string opening = "> " + fullName.Replace('|', ' ') + " ";
        bool isUsed = File.ReadLines(Path.Combine(Transcript.Root, path))
            .Any(line => (line + " ").StartsWith(opening, StringComparison.OrdinalIgnoreCase));
        Assert.True(isUsed, $"{path} does not use {fullName}");
    }

    [Fact]
    public void A_wrong_reply_is_found()
    {
        string path = Path.Combine(Transcript.Root, "..", "wrong.txt");
        File.WriteAllLines(path, ["> GET missing", "\"found\""]);
        Exception failure = Assert.ThrowsAny<Exception>(() => Transcript.Play("../wrong.txt", 1, RespVersion.Resp2));
        Assert.Contains("wrong.txt:1", failure.Message, StringComparison.Ordinal);
    }
}
