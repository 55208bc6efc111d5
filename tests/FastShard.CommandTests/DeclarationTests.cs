using System.Text;
using FastShard.CommandTests.Harness;
using FastShard.Engine.Commands;
using Xunit;

namespace FastShard.CommandTests;

/// <summary>What every row claims about itself holds. The harness checks more of it in each transcript.</summary>
public sealed class DeclarationTests
{
    public static TheoryData<string> Commands() =>
    [
        .. CommandHarness.Table.All
            .Where(static spec => spec.Handler is not null)
            .Select(static spec => spec.FullName),
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_wrong_number_of_arguments_is_refused(string fullName)
    {
        CommandSpec spec = Find(fullName);
        int names = spec.Container is null ? 1 : 2;
        if (Math.Abs(spec.Arity) > names) AssertRefused(spec, Math.Abs(spec.Arity) - 1);
        if (spec.Arity > 0) AssertRefused(spec, spec.Arity + 1);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_syntax_can_be_read(string fullName)
    {
        CommandSpec spec = Find(fullName);
        IReadOnlyList<Argument> arguments = ArgumentSyntax.Parse(spec);
        Assert.True(spec.Keys.Length == 0 || arguments.Count > 0, "has keys and says nothing of arguments");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_documentation_is_complete(string fullName)
    {
        CommandSpec spec = Find(fullName);
        Assert.EndsWith(".", spec.Summary, StringComparison.Ordinal);
        Assert.StartsWith("O(", spec.Complexity, StringComparison.Ordinal);
        Assert.Matches(@"^\d+\.\d+\.\d+$", spec.Since);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Flags_do_not_contradict_each_other(string fullName)
    {
        CommandSpec spec = Find(fullName);
        Assert.False(spec.Is(CommandFlags.Write) && spec.Is(CommandFlags.ReadOnly), "both reads only and writes");
        // What has no keys may grow the connection.
        bool mayOnlyWrite = spec.Is(CommandFlags.DenyOom) && spec.Placement != Placement.Connection;
        Assert.False(mayOnlyWrite && !spec.Is(CommandFlags.Write), "grows and does not write");
    }

    private static CommandSpec Find(string fullName) =>
        CommandHarness.Table.FindByFullName(Encoding.ASCII.GetBytes(fullName))!;

    private static void AssertRefused(CommandSpec spec, int count)
    {
        using CommandHarness harness = new();
        string[] words = spec.FullName.Split('|');
        string line = string.Join(' ', words.Concat(Enumerable.Repeat("x", count - words.Length)));
        Assert.Equal($"(error) ERR wrong number of arguments for '{spec.FullName}' command", harness.Run(line));
    }
}
