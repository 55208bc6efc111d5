// docs/commands.md, printed from the table of declarations. A test compares the file with what is printed here.

using FastShard.Engine.Commands;

namespace FastShard.Server.Commands;

internal static class CommandReference
{
    // In the order of the document.
    private static readonly CommandGroup[] Groups =
    [
        CommandGroup.String, CommandGroup.Bitmap, CommandGroup.HyperLogLog, CommandGroup.List, CommandGroup.Set,
        CommandGroup.Hash, CommandGroup.SortedSet, CommandGroup.Geo, CommandGroup.Stream, CommandGroup.Generic,
        CommandGroup.PubSub, CommandGroup.Transactions, CommandGroup.Scripting, CommandGroup.Connection,
        CommandGroup.Server, CommandGroup.Cluster,
    ];

    public static void WriteMarkdown(CommandTable table, TextWriter output)
    {
        output.Write(
            """
            # Commands

            <!-- Printed by `fastshard --print-command-reference`; a test fails when the two differ. -->

            Every command and subcommand, by group, from the same declarations that COMMAND DOCS, ACL categories and
            routing are made of. Lower case stands for a value, upper case is written as it stands, `[ ]` may be left
            out, `|` separates alternatives, `...` may be repeated. "Since" is the version of Redis or Valkey that
            introduced the command; where a command needs one key only, the shard of that key runs it.

            """.ReplaceLineEndings("\n"));
        foreach (CommandGroup group in Groups) WriteGroup(table, group, output);
    }

    private static void WriteGroup(CommandTable table, CommandGroup group, TextWriter output)
    {
        List<CommandSpec> specs = [];
        foreach (CommandSpec spec in table.All)
        {
            if (spec.Group == group && spec.Handler is not null) specs.Add(spec);
        }
        if (specs.Count == 0) return;
        specs.Sort(static (left, right) => string.CompareOrdinal(left.FullName, right.FullName));
        output.Write($"\n## {CommandGroupNames.TitleOf(group)}\n");
        foreach (CommandSpec spec in specs) WriteCommand(spec, output);
    }

    private static void WriteCommand(CommandSpec spec, TextWriter output)
    {
        string name = spec.FullName.ToUpperInvariant().Replace('|', ' ');
        string usage = string.Join(' ', ArgumentSyntax.PlainWords(spec.Syntax)).Replace("[ ", "[").Replace(" ]", "]")
            .Replace("( ", "(").Replace(" )", ")");
        output.Write($"\n### {name}\n\n");
        output.Write($"    {$"{name} {usage}".TrimEnd()}\n\n");
        output.Write($"{spec.Summary}\n\n");
        output.Write($"- Since {spec.Since}. Complexity: {spec.Complexity.TrimEnd('.')}. Runs on: {Describe(spec)}.\n");
        output.Write($"- Flags: {Join(CommandFlagNames.Of(spec.Flags))}. ");
        output.Write($"Categories: {Join(AclCategoryNames.Of(spec.AllCategories))}.\n");
    }

    private static string Describe(CommandSpec spec) => spec.Placement switch
    {
        Placement.Connection => "the connection's shard",
        Placement.AllShards => "all shards at once",
        Placement.Transaction => "the shards of the queued and watched keys",
        _ => spec.SingleKeyIndex > 0 ? "the key's shard" : "the shards of its keys together",
    };

    private static string Join(IEnumerable<string> names)
    {
        string text = string.Join(", ", names);
        return text.Length == 0 ? "none" : text;
    }
}
