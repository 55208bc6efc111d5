// DEBUG: for tests and for developers. Every shard is held, so that it may look everywhere; whether it may be used at
// all, enable-debug-command says.

using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;

namespace FastShard.Server.Commands;

internal static class DebugCommands
{
    // In the order of the help.
    private static readonly DebugAction[] Actions =
    [
        new("AOF-FLUSH-SLEEP", "<microsec>", "Stand still for <microsec> before writing to the append-only file.",
            3, 3, DebugServer.DelayAppendOnlyFile),
        new("DIGEST", "", "Output a hex signature of the whole dataset.", 2, 2, DebugKeys.Digest),
        new("DIGEST-VALUE", "<key> [<key> ...]", "Output a hex signature of the values of the given keys.",
            2, int.MaxValue, DebugKeys.DigestValue),
        new("DICT-RESIZING", "<0|1>", "Accepted; tables here grow and shrink slot by slot and never as a whole.",
            3, 3, static (ref CommandContext context) => context.Reply.Ok()),
        new("ERROR", "<string>", "Reply with <string> as an error.", 3, 3, DebugReplies.Error),
        new("HTSTATS", "<dbid> [full]", "Return statistics of the key tables of a database.", 3, 4,
            DebugKeys.TableStatistics),
        new("HTSTATS-KEY", "<key> [full]", "Return statistics of the table of the slot that <key> lies in.",
            3, 4, DebugKeys.SlotStatistics),
        new("LOADAOF", "", "Write what waits for the append-only file, and load it again.", 2, 2,
            DebugServer.LoadAppendOnlyFile),
        new("LOG", "<message>", "Write <message> to the server log.", 3, 3, DebugServer.WriteLog),
        new("OBJECT", "<key>", "Show low level information about <key> and its value.", 3, 4, DebugKeys.Object),
        new("PANIC", "", "Crash the server by a failed assertion.", 2, 2, DebugServer.Panic),
        new("POPULATE", "<count> [<prefix>] [<size>]",
            "Create <count> string keys named <prefix>:<number> (default prefix: key), with values padded to <size> " +
            "bytes.", 3, 5, DebugKeys.Populate),
        new("PROTOCOL", "<type>",
            "Reply with a test value of a type: string, integer, double, bignum, null, array, set, map, attrib, " +
            "push, verbatim, true, false.", 3, 3, DebugReplies.Protocol),
        new("PAUSE-CRON", "<0|1>", "Stop what the shards do by the clock, or let it go on.", 3, 3,
            DebugServer.PauseClock),
        new("QUICKLIST-PACKED-THRESHOLD", "<size>",
            "Accepted; an element too large for a node has a node of its own here, whatever this says.",
            3, 3, static (ref CommandContext context) => context.Reply.Ok()),
        new("RELOAD", "[option ...]",
            "Save the RDB on disk and reload it back to memory. Valid <option> values: MERGE: conflicting keys will " +
            "be loaded from RDB; NOFLUSH: the existing database will not be removed before load; NOSAVE: do not " +
            "save before.", 2, 5, DebugServer.Reload),
        new("REPLYBUFFER", "(PEAK-RESET-TIME|RESIZING) <value>",
            "Accepted; reply buffers here grow and shrink with what is in them, not by a clock.",
            4, 4, static (ref CommandContext context) => context.Reply.Ok()),
        new("SDSLEN", "<key>", "Show the lengths of <key> and its value.", 3, 3, DebugKeys.Lengths),
        new("SET-ACTIVE-EXPIRE", "<0|1>", "Switch active expiry off or on.", 3, 3, DebugServer.SetActiveExpire),
        new("SLEEP", "<seconds>", "Stop the server for <seconds>. Decimals allowed.", 3, 3, DebugServer.Sleep),
        new("STRINGMATCH-LEN", "<pattern> <string>", "Reply with 1 if the glob-style pattern matches, else with 0.",
            4, 4, DebugReplies.StringMatch),
        new("STRUCTSIZE", "", "Return the sizes of some structures.", 2, 2, DebugServer.StructureSizes),
        new("THREADS", "<count>", "Run the shards on <count> threads from now on, whatever the load.", 3, 3,
            DebugServer.SetThreads),
    ];

    public static readonly CommandSpec[] Specs =
    [
        new("DEBUG", -2,
            CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale
                | CommandFlags.Protected,
            static (ref CommandContext context) => Debug(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for debugging commands.",
            Syntax = "subcommand [arg [arg ...]]",
            Needs = Placement.AllShards,
        },
    ];

    private static void Debug(ref CommandContext context)
    {
        if (!IsAllowed(context.Client()))
        {
            context.Reply.Error(
                "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can "u8 +
                "run it from a local connection, otherwise you need to set this option in the configuration file, "u8 +
                "and then restart the server."u8);
            return;
        }
        if (context.ArgIs(1, "HELP"u8))
        {
            context.Reply.StatusLines(Help());
            return;
        }
        string name = context.Text(1).ToUpperInvariant();
        DebugAction? action = Array.Find(Actions, action => action.Name == name);
        if (action is null || context.ArgCount < action.MinArguments || context.ArgCount > action.MaxArguments)
        {
            context.Reply.Error(
                $"ERR unknown subcommand or wrong number of arguments for '{context.Text(1)}'. Try DEBUG HELP.");
            return;
        }
        action.Handler(ref context);
    }

    private static bool IsAllowed(Connection client) => client.Server.Options.DebugCommand switch
    {
        AccessRule.Yes => true,
        AccessRule.Local => client.Channel.IsLoopback || client.Channel.IsUnixSocket,
        _ => false,
    };

    private static List<string> Help()
    {
        List<string> lines = [ContainerHelp.Heading("DEBUG")];
        foreach (DebugAction action in Actions)
        {
            lines.Add($"{action.Name} {action.Usage}".TrimEnd());
            lines.Add("    " + action.Summary);
        }
        lines.Add("HELP");
        lines.Add("    Prints this help.");
        return lines;
    }
}
