using System.Text;
using FastShard.Engine.Commands;
using FastShard.Server.Statistics;
using Xunit;

namespace FastShard.UnitTests.Server.Statistics;

public sealed class CommandLogEntryTests
{
    private static string[] Copy(string[] arguments, params int[] secrets)
    {
        KeyPositions positions = new();
        foreach (int secret in secrets) positions.Add(secret, KeyAccess.NotKey);
        using Request request = new(arguments);
        return Array.ConvertAll(CommandLogEntry.Copy(request.View, positions), Encoding.Latin1.GetString);
    }

    [Fact]
    public void Short_requests_are_copied_whole() => Assert.Equal(["set", "k", "v"], Copy(["set", "k", "v"]));

    [Fact]
    public void Many_arguments_end_in_a_remark()
    {
        string[] copy = Copy([.. Enumerable.Range(0, 34).Select(static number => $"{number}")]);
        Assert.Equal(CommandLogEntry.ArgumentsMax, copy.Length);
        Assert.Equal("30", copy[30]);
        Assert.Equal("... (3 more arguments)", copy[31]);
    }

    [Fact]
    public void Long_arguments_end_in_a_remark()
    {
        string[] copy = Copy(["set", new string('x', 128), new string('y', 129)]);
        Assert.Equal(new string('x', 128), copy[1]);
        Assert.Equal(new string('y', 128) + "... (1 more bytes)", copy[2]);
    }

    [Fact]
    public void Secrets_are_hidden() => Assert.Equal(["auth", "(redacted)"], Copy(["auth", "secret"], 1));
}
