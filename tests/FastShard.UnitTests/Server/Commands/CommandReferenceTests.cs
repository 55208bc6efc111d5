using FastShard.Engine.Commands;
using FastShard.Server;
using FastShard.Server.Commands;
using Xunit;

namespace FastShard.UnitTests.Server.Commands;

public sealed class CommandReferenceTests
{
    private static readonly CommandTable Table = ServerCommands.BuildTable();

    public static TheoryData<string> Names() => [.. Table.All.Select(static spec => spec.FullName)];

    [Fact]
    public void The_reference_is_what_the_table_says()
    {
        StringWriter printed = new();
        CommandReference.WriteMarkdown(Table, printed);
        bool same = File.ReadAllText(Path.Combine(Root(), "docs/commands.md")) == printed.ToString();
        Assert.True(same, "Run 'fastshard --print-command-reference > docs/commands.md' and commit the result.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_declaration_is_complete(string name)
    {
        CommandSpec spec = Table.All.Single(spec => spec.FullName == name);
        ArgumentSyntax.Parse(spec);
        Assert.EndsWith(".", spec.Summary);
        Assert.Matches(@"^\d+\.\d+\.\d+$", spec.Since);
        Assert.NotEmpty(spec.Complexity);
        Assert.True(spec.Handler is not null || spec.Subcommands.Length > 0);
        // Two containers are commands by themselves too.
        bool isContainer = spec.Handler is null || spec.Name is "COMMAND" or "SPREAD";
        Assert.Equal(isContainer, spec.Subcommands.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_syntax_agrees_with_the_arity(string name)
    {
        CommandSpec spec = Table.All.Single(spec => spec.FullName == name);
        if (spec.Handler is null || spec.Syntax.Length == 0) return;
        // The arity of a container is that of its shortest subcommand as well.
        if (spec.Subcommands.Length > 0) return;
        int least = (spec.Container is null ? 1 : 2) + ArgumentSyntax.Parse(spec).Sum(Least);
        Assert.Equal(Math.Abs(spec.Arity), least);
    }

    // How many words an argument has at least.
    private static int Least(Argument argument)
    {
        if ((argument.Flags & ArgumentFlags.Optional) != 0) return 0;
        int token = argument.Token is null ? 0 : 1;
        return argument.Type switch
        {
            ArgumentType.PureToken => 1,
            ArgumentType.OneOf => token + Math.Max(1, argument.Children.Min(Least)),
            ArgumentType.Block => token + argument.Children.Sum(Least),
            _ => token + 1,
        };
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "FastShard.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
