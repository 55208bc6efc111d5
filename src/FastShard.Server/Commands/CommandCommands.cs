// COMMAND and its subcommands: the table of declarations, told to clients. Everything here is computed from the rows.

using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Text;
using FastShard.Server.Execution;

namespace FastShard.Server.Commands;

internal static class CommandCommands
{
    private const CommandFlags Plain = CommandFlags.Loading | CommandFlags.Stale;
    private const string Unordered = "nondeterministic_output_order";

    public static readonly CommandSpec[] Specs =
    [
        new("COMMAND", -1, Plain, static (ref CommandContext context) => AllOrNone(ref context))
        {
            Group = CommandGroup.Server,
            Since = "2.8.13",
            Complexity = "O(N) where N is the total number of commands",
            Summary = "Returns details about all commands.",
            Categories = AclCategories.Connection,
            Tips = [Unordered],
            Subcommands =
            [
                new("COUNT", 2, Plain, static (ref CommandContext context) => Count(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(1)",
                    Summary = "Returns the number of commands.",
                    Categories = AclCategories.Connection,
                },
                new("DOCS", -2, Plain, static (ref CommandContext context) => Docs(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "7.0.0",
                    Complexity = "O(N) where N is the number of commands to look up",
                    Summary = "Returns documentary information about one, several or all commands.",
                    Syntax = "[command-name [command-name ...]]",
                    Categories = AclCategories.Connection,
                    Tips = [Unordered],
                },
                new("GETKEYS", -3, Plain, static (ref CommandContext context) => GetKeys(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(N) where N is the number of arguments to the command",
                    Summary = "Extracts the key names from an arbitrary command.",
                    Syntax = "command [arg [arg ...]]",
                    Categories = AclCategories.Connection,
                },
                new("GETKEYSANDFLAGS", -3, Plain, static (ref CommandContext context) => GetKeysAndFlags(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "7.0.0",
                    Complexity = "O(N) where N is the number of arguments to the command",
                    Summary = "Extracts the key names and access flags from an arbitrary command.",
                    Syntax = "command [arg [arg ...]]",
                    Categories = AclCategories.Connection,
                },
                ContainerHelp.Row(CommandGroup.Server, "5.0.0", AclCategories.Connection),
                new("INFO", -2, Plain, static (ref CommandContext context) => Info(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.8.13",
                    Complexity = "O(N) where N is the number of commands to look up",
                    Summary = "Returns information about one, several or all commands.",
                    Syntax = "[command-name [command-name ...]]",
                    Categories = AclCategories.Connection,
                    Tips = [Unordered],
                },
                new("LIST", -2, Plain, static (ref CommandContext context) => List(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "7.0.0",
                    Complexity = "O(N) where N is the total number of commands",
                    Summary = "Returns a list of command names.",
                    Syntax = "[FILTERBY (MODULE module-name | ACLCAT category | PATTERN pattern)]",
                    Categories = AclCategories.Connection,
                    Tips = [Unordered],
                },
            ],
        },
    ];

    private static void AllOrNone(ref CommandContext context)
    {
        if (context.ArgCount == 1) All(ref context);
        else context.Reply.Error(Refusals.UnknownSubcommand(context.Spec, context.Arg(1)));
    }

    private static void All(ref CommandContext context)
    {
        IReadOnlyList<CommandSpec> all = context.Server().Commands.TopLevel;
        context.Reply.Array(all.Count);
        foreach (CommandSpec spec in all) CommandInfoReply.Write(context.Reply, spec);
    }

    private static void Count(ref CommandContext context) =>
        context.Reply.Integer(context.Server().Commands.TopLevel.Count);

    private static void Info(ref CommandContext context)
    {
        if (context.ArgCount == 2)
        {
            All(ref context);
            return;
        }
        context.Reply.Array(context.ArgCount - 2);
        for (int index = 2; index < context.ArgCount; index++)
        {
            CommandSpec? spec = context.Server().Commands.FindByFullName(context.Arg(index));
            if (spec is null) context.Reply.Null();
            else CommandInfoReply.Write(context.Reply, spec);
        }
    }

    private static void Docs(ref CommandContext context)
    {
        List<CommandSpec> found = [];
        if (context.ArgCount == 2) found.AddRange(context.Server().Commands.TopLevel);
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (context.Server().Commands.FindByFullName(context.Arg(index)) is { } spec) found.Add(spec);
        }
        context.Reply.Map(found.Count);
        foreach (CommandSpec spec in found) CommandDocsReply.Write(context.Reply, spec);
    }

    private static void List(ref CommandContext context)
    {
        if (context.ArgCount is not (2 or 5) || (context.ArgCount == 5 && !context.ArgIs(2, "FILTERBY"u8)))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (context.ArgCount == 5 && !IsFilter(context, 3))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        List<string> names = [];
        foreach (CommandSpec spec in context.Server().Commands.All)
        {
            if (context.ArgCount == 2 || Passes(context, spec)) names.Add(spec.FullName);
        }
        context.Reply.Set(names.Count);
        foreach (string name in names) context.Reply.Text(name);
    }

    private static bool IsFilter(in CommandContext context, int index) =>
        context.ArgIs(index, "MODULE"u8) || context.ArgIs(index, "ACLCAT"u8) || context.ArgIs(index, "PATTERN"u8);

    private static bool Passes(in CommandContext context, CommandSpec spec)
    {
        ReadOnlySpan<byte> value = context.Arg(4);
        if (context.ArgIs(3, "PATTERN"u8))
            return GlobPattern.IsMatch(value, Encoding.ASCII.GetBytes(spec.FullName), ignoreCase: true);
        // There are no modules, so no command is of one.
        return context.ArgIs(3, "ACLCAT"u8)
            && AclCategoryNames.TryParse(Encoding.UTF8.GetString(value), out AclCategories category)
            && (spec.AllCategories & category) != 0;
    }

    private static void GetKeys(ref CommandContext context)
    {
        if (!TryFindKeys(ref context, out ArgumentView command, out KeyPositions keys)) return;
        context.Reply.Array(keys.Count);
        for (int key = 0; key < keys.Count; key++) context.Reply.Bulk(command[keys[key]]);
    }

    private static void GetKeysAndFlags(ref CommandContext context)
    {
        if (!TryFindKeys(ref context, out ArgumentView command, out KeyPositions keys)) return;
        CommandSpec spec = Resolve(context, command)!;
        if (spec.FindAccess is not null)
        {
            keys.Clear();
            spec.FindAccess(command, keys);
        }
        context.Reply.Array(keys.Count);
        for (int key = 0; key < keys.Count; key++)
        {
            List<string> flags = KeyAccessNames.Of(keys.AccessOf(key));
            context.Reply.Array(2);
            context.Reply.Bulk(command[keys[key]]);
            context.Reply.Set(flags.Count);
            foreach (string flag in flags) context.Reply.Status(flag);
        }
    }

    /// <summary>
    /// Keys of the command that stands behind the subcommand; on failure the reply is written already.
    /// </summary>
    private static bool TryFindKeys(ref CommandContext context, out ArgumentView command, out KeyPositions keys)
    {
        command = context.Arguments.From(2);
        keys = new KeyPositions();
        CommandSpec? spec = Resolve(context, command);
        if (spec is null)
            return Refuse(ref context, "ERR Invalid command specified"u8);
        if (spec.Keys.Length == 0 && spec.FindKeys is null)
            return Refuse(ref context, "ERR The command has no key arguments"u8);
        if (!spec.AcceptsArity(command.Count))
            return Refuse(ref context, "ERR Invalid number of arguments specified for command"u8);
        if (!KeyExtraction.TryCollect(spec, command, keys) || (keys.Count == 0 && MustHaveKeys(spec)))
            return Refuse(ref context, "ERR Invalid arguments specified for command"u8);
        return true;
    }

    private static CommandSpec? Resolve(in CommandContext context, in ArgumentView command)
    {
        CommandSpec? spec = context.Server().Commands.Find(command[0]);
        return spec is { Subcommands.Length: > 0 } && command.Count > 1
            ? CommandTable.FindSubcommand(spec, command[1])
            : spec;
    }

    private static bool MustHaveKeys(CommandSpec spec) => !spec.Is(CommandFlags.NoMandatoryKeys);

    private static bool Refuse(ref CommandContext context, ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
