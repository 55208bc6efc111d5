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

    [Theory]
    [InlineData("sadd", 2)]
    [InlineData("smismember", 2)]
    [InlineData("hset", 2)]
    [InlineData("hget", 2)]
    [InlineData("hincrby", 2)]
    [InlineData("smembers", 0)]
    [InlineData("smove", 0)]
    [InlineData("hgetall", 0)]
    [InlineData("lpush", 0)]
    [InlineData("set", 0)]
    public void The_argument_that_names_an_element_follows_from_the_syntax(string fullName, int index) =>
        Assert.Equal(index, Find(fullName).ElementIndex);

    [Theory]
    [MemberData(nameof(Commands))]
    public void An_element_is_named_behind_its_key(string fullName)
    {
        CommandSpec spec = Find(fullName);
        if (spec.ElementIndex == 0) return;
        Argument element = ArgumentSyntax.Parse(spec)[spec.ElementIndex - 1];
        while (element.Children.Count > 0) element = element.Children[0];
        Assert.Equal((1, 2), (spec.SingleKeyIndex, spec.ElementIndex));
        Assert.Matches("^(member|field)", element.Name);
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
