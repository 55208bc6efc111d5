// SLOWLOG, and COMMANDLOG, which adds the requests and the replies that were large. Each shard logs what it ran; a
// command here holds them all and shows the newest of all together.

using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Execution;
using FastShard.Server.Statistics;

namespace FastShard.Server.Commands;

internal static class CommandLogCommands
{
    private const CommandFlags Plain = CommandFlags.Admin | CommandFlags.Loading | CommandFlags.Stale;
    private const long DefaultCount = 10;

    private static readonly string[] GetTips = ["request_policy:all_nodes", "nondeterministic_output"];

    private static readonly string[] LengthTips =
        ["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"];

    private static readonly string[] ResetTips = ["request_policy:all_nodes", "response_policy:all_succeeded"];

    public static readonly CommandSpec[] Specs =
    [
        new("SLOWLOG", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Server,
            Since = "2.2.12",
            Complexity = "Depends on subcommand.",
            Summary = "A container for slow log commands.",
            Subcommands =
            [
                new("GET", -2, Plain, static (ref CommandContext context) => SlowGet(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "2.2.12",
                    Complexity = "O(N) where N is the number of entries returned",
                    Summary = "Returns the slow log's newest entries (10; -1 for all).",
                    Syntax = "[count:integer]",
                    Needs = Placement.AllShards,
                    Tips = GetTips,
                },
                ContainerHelp.Row(CommandGroup.Server, "6.2.0"),
                new("LEN", 2, Plain, static (ref CommandContext context) => Length(ref context, CommandLogKind.Slow))
                {
                    Group = CommandGroup.Server,
                    Since = "2.2.12",
                    Complexity = "O(1)",
                    Summary = "Returns the number of entries in the slow log.",
                    Needs = Placement.AllShards,
                    Tips = LengthTips,
                },
                new("RESET", 2, Plain, static (ref CommandContext context) => Reset(ref context, CommandLogKind.Slow))
                {
                    Group = CommandGroup.Server,
                    Since = "2.2.12",
                    Complexity = "O(N) where N is the number of entries in the slow log",
                    Summary = "Clears all entries from the slow log.",
                    Needs = Placement.AllShards,
                    Tips = ResetTips,
                },
            ],
        },
        new("COMMANDLOG", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Server,
            Since = "8.1.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for command log commands.",
            Subcommands =
            [
                new("GET", 4, Plain, static (ref CommandContext context) => LogGet(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "8.1.0",
                    Complexity = "O(N) where N is the number of entries returned",
                    Summary = "Returns the newest entries of one of the command logs (-1 for all).",
                    Syntax = "count:integer (SLOW | LARGE-REQUEST | LARGE-REPLY)",
                    Needs = Placement.AllShards,
                    Tips = GetTips,
                },
                ContainerHelp.Row(CommandGroup.Server, "8.1.0"),
                new("LEN", 3, Plain, static (ref CommandContext context) => LogLength(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "8.1.0",
                    Complexity = "O(1)",
                    Summary = "Returns the number of entries in one of the command logs.",
                    Syntax = "(SLOW | LARGE-REQUEST | LARGE-REPLY)",
                    Needs = Placement.AllShards,
                    Tips = LengthTips,
                },
                new("RESET", 3, Plain, static (ref CommandContext context) => LogReset(ref context))
                {
                    Group = CommandGroup.Server,
                    Since = "8.1.0",
                    Complexity = "O(N) where N is the number of entries in the log",
                    Summary = "Clears all entries from one of the command logs.",
                    Syntax = "(SLOW | LARGE-REQUEST | LARGE-REPLY)",
                    Needs = Placement.AllShards,
                    Tips = ResetTips,
                },
            ],
        },
    ];

    private static void SlowGet(ref CommandContext context)
    {
        long count = DefaultCount;
        if (context.ArgCount > 3)
        {
            context.Reply.Error(
                $"ERR unknown subcommand or wrong number of arguments for '{context.Text(1)}'. Try SLOWLOG HELP.");
            return;
        }
        if (context.ArgCount == 3 && !TryGetCount(ref context, out count)) return;
        Get(ref context, CommandLogKind.Slow, count);
    }

    private static void LogGet(ref CommandContext context)
    {
        if (!TryGetCount(ref context, out long count) || !TryGetKind(ref context, 3, out CommandLogKind kind)) return;
        Get(ref context, kind, count);
    }

    private static void LogLength(ref CommandContext context)
    {
        if (TryGetKind(ref context, 2, out CommandLogKind kind)) Length(ref context, kind);
    }

    private static void LogReset(ref CommandContext context)
    {
        if (TryGetKind(ref context, 2, out CommandLogKind kind)) Reset(ref context, kind);
    }

    private static void Get(ref CommandContext context, CommandLogKind kind, long count)
    {
        long limit = SlowCommandLog.LimitOf(context.Server().Options, kind);
        if (count >= 0) limit = Math.Min(limit, count);
        List<CommandLogEntry> entries = context.Server().Statistics().Newest(kind, limit);
        context.Reply.Array(entries.Count);
        foreach (CommandLogEntry entry in entries) Write(context.Reply, entry);
    }

    private static void Write(in ReplyWriter reply, CommandLogEntry entry)
    {
        reply.Array(6);
        reply.Integer(entry.Id);
        reply.Integer(entry.UnixSeconds);
        reply.Integer(entry.Amount);
        reply.Array(entry.Arguments.Length);
        foreach (byte[] argument in entry.Arguments) reply.Bulk(argument);
        reply.Text(entry.ClientAddress);
        reply.Text(entry.ClientName);
    }

    private static void Length(ref CommandContext context, CommandLogKind kind)
    {
        long limit = SlowCommandLog.LimitOf(context.Server().Options, kind);
        context.Reply.Integer(context.Server().Statistics().Newest(kind, limit).Count);
    }

    private static void Reset(ref CommandContext context, CommandLogKind kind)
    {
        foreach (ShardStatistics shard in context.Server().ShardStatistics()) shard.Log(kind).Clear();
        context.Reply.Ok();
    }

    private static bool TryGetCount(ref CommandContext context, out long count)
    {
        if (Numbers.TryParseInt64(context.Arg(2), out count) && count >= -1) return true;
        context.Reply.Error("ERR count should be greater than or equal to -1"u8);
        return false;
    }

    private static bool TryGetKind(ref CommandContext context, int index, out CommandLogKind kind)
    {
        kind = CommandLogKind.Slow;
        if (context.ArgIs(index, "SLOW"u8)) return true;
        kind = CommandLogKind.LargeRequest;
        if (context.ArgIs(index, "LARGE-REQUEST"u8)) return true;
        kind = CommandLogKind.LargeReply;
        if (context.ArgIs(index, "LARGE-REPLY"u8)) return true;
        context.Reply.Error("ERR type should be one of the following: slow, large-request, large-reply"u8);
        return false;
    }
}
