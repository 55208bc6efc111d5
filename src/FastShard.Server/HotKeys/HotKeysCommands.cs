// HOTKEYS: always there (GET as in Valkey, BIG), and the sessions of Redis (START, STOP, and then GET).

using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Server.Commands;
using FastShard.Server.Sharding;

namespace FastShard.Server.HotKeys;

internal static class HotKeysCommands
{
    private const CommandFlags Plain = CommandFlags.Admin | CommandFlags.NoScript;
    private const int DefaultCount = 32;

    private static readonly string[] Tips = ["nondeterministic_output", "request_policy:all_nodes"];

    public static readonly CommandSpec[] Specs =
    [
        new("HOTKEYS", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Server,
            Since = "8.6.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for commands that show which keys are used most.",
            Subcommands =
            [
                new("BIG", -2, Plain, static (ref CommandContext context) => Big(ref context))
                {
                    Group = CommandGroup.Server, Since = "8.6.0", Complexity = "O(1) for every shard.",
                    Summary = "Returns the keys with the largest values and replies that samples have met.",
                    Syntax = "[COUNT count:integer]",
                    Needs = Placement.AllShards, Tips = Tips,
                },
                new("GET", -2, Plain, static (ref CommandContext context) => Get(ref context))
                {
                    Group = CommandGroup.Server, Since = "8.6.0",
                    Complexity = "O(N) where N is the number of keys returned.",
                    Summary = "Returns the keys that are used most: of the session that was started, else of the last "
                        + "seconds.",
                    Syntax = "[COUNT count:integer]",
                    Needs = Placement.AllShards, Tips = Tips,
                },
                ContainerHelp.Row(CommandGroup.Server, "8.6.0"),
                new("RESET", 2, Plain, static (ref CommandContext context) => Reset(ref context))
                {
                    Group = CommandGroup.Server, Since = "8.6.0", Complexity = "O(1) for every shard.",
                    Summary = "Forgets what was counted, and the session with it.",
                    Needs = Placement.AllShards, Tips = Tips,
                },
                new("START", -4, Plain, static (ref CommandContext context) => HotKeyStart.Run(ref context))
                {
                    Group = CommandGroup.Server, Since = "8.6.0", Complexity = "O(1) for every shard.",
                    Summary = "Begins a session that counts by processor time, by bytes, or by both.",
                    Syntax = "METRICS count:integer [CPU] [NET] [COUNT k:integer] [DURATION seconds:integer]"
                        + " [SAMPLE ratio:integer] [SLOTS count:integer slot:integer [slot:integer ...]]",
                    Needs = Placement.AllShards, Tips = Tips,
                },
                new("STOP", 2, Plain, static (ref CommandContext context) => Stop(ref context))
                {
                    Group = CommandGroup.Server, Since = "8.6.0", Complexity = "O(1) for every shard.",
                    Summary = "Ends the session and keeps what it counted.",
                    Needs = Placement.AllShards, Tips = Tips,
                },
            ],
        },
    ];

    private static void Get(ref CommandContext context)
    {
        FastShardServer server = context.Server();
        if (server.HotKeySession is { } session)
        {
            if (session.IsActive && context.NowMillis >= session.EndMillis) End(server, session, session.EndMillis);
            HotKeySessionReply.Write(ref context, server, session);
            return;
        }
        if (!TryGetCount(ref context, out int count)) return;
        List<HotKey> keys = HotKeyReport.Hottest(server, count);
        context.Reply.Array(keys.Count);
        foreach (HotKey key in keys) Write(ref context, key);
    }

    private static void Write(ref CommandContext context, HotKey key)
    {
        context.Reply.Map(9);
        context.Reply.Bulk("key"u8);
        context.Reply.Bulk(key.Name);
        Field(ref context, "db"u8, key.Database);
        Field(ref context, "qps"u8, (long)key.Operations);
        Field(ref context, "slot"u8, key.Slot);
        Field(ref context, "shard"u8, key.Shard);
        context.Reply.Bulk("share"u8);
        context.Reply.Double(Math.Round(key.Share, 4));
        Field(ref context, "reads-per-second"u8, (long)key.Reads);
        Field(ref context, "writes-per-second"u8, (long)key.Writes);
        Field(ref context, "bytes-per-second"u8, (long)key.Bytes);
    }

    private static void Big(ref CommandContext context)
    {
        if (!TryGetCount(ref context, out int count)) return;
        context.Reply.Map(2);
        context.Reply.Bulk("values"u8);
        Write(ref context, HotKeyReport.Largest(context.Server(), isReply: false, count));
        context.Reply.Bulk("replies"u8);
        Write(ref context, HotKeyReport.Largest(context.Server(), isReply: true, count));
    }

    private static void Write(ref CommandContext context, List<LargestKey> keys)
    {
        context.Reply.Array(keys.Count);
        foreach (LargestKey key in keys)
        {
            context.Reply.Map(4);
            context.Reply.Bulk("key"u8);
            context.Reply.Bulk(key.Name);
            Field(ref context, "db"u8, key.Database);
            Field(ref context, "slot"u8, key.Slot);
            Field(ref context, "bytes"u8, key.Bytes);
        }
    }

    private static void Field(ref CommandContext context, ReadOnlySpan<byte> name, long value)
    {
        context.Reply.Bulk(name);
        context.Reply.Integer(value);
    }

    private static void Reset(ref CommandContext context)
    {
        FastShardServer server = context.Server();
        server.HotKeySession = null;
        foreach (Shard shard in server.Shards)
        {
            shard.HotKeys.Session = null;
            shard.HotKeys.Clear();
            shard.HotKeys.Restart();
        }
        context.Reply.Ok();
    }

    private static void Stop(ref CommandContext context)
    {
        FastShardServer server = context.Server();
        if (server.HotKeySession is not { IsActive: true } session)
        {
            context.Reply.Null();
            return;
        }
        End(server, session, Math.Min(context.NowMillis, session.EndMillis));
        context.Reply.Ok();
    }

    private static void End(FastShardServer server, HotKeySession session, long nowMillis)
    {
        session.End(HotKeyTotals.Of(server, nowMillis));
        foreach (Shard shard in server.Shards) shard.HotKeys.Restart();
    }

    private static bool TryGetCount(ref CommandContext context, out int count)
    {
        count = DefaultCount;
        if (context.ArgCount == 2) return true;
        if (context.ArgCount != 4 || !context.ArgIs(2, "COUNT"u8))
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        if (!context.TryGetInteger(3, out long wanted)) return false;
        if (wanted is >= 1 and <= KeySketch.RowCount)
        {
            count = (int)wanted;
            return true;
        }
        context.Reply.Error("ERR COUNT must be between 1 and 1024"u8);
        return false;
    }
}
