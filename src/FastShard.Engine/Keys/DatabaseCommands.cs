using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;

namespace FastShard.Engine.Keys;

/// <summary>Commands on whole databases: SELECT, SWAPDB, FLUSHDB, FLUSHALL, DBSIZE.</summary>
public static class DatabaseCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("SELECT", 2, CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
            static (ref CommandContext context) => Select(ref context))
        {
            Group = CommandGroup.Connection, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Chooses the database that the connection's next commands work on.",
            Syntax = "index:integer",
        },
        new("SWAPDB", 3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Swap(ref context))
        {
            Group = CommandGroup.Server, Since = "4.0.0",
            Complexity = "O(1) for every shard, and for every watched key.",
            Summary = "Exchanges the contents of two databases.",
            Syntax = "index1:integer index2:integer",
            Categories = AclCategories.Keyspace | AclCategories.Dangerous,
            Needs = Placement.AllShards,
        },
        new("FLUSHDB", -1, CommandFlags.Write, static (ref CommandContext context) => FlushOne(ref context))
        {
            Group = CommandGroup.Server, Since = "1.0.0",
            Complexity = "O(1) for every shard; the memory comes back over the following turns.",
            Summary = "Removes all keys of the selected database.",
            Syntax = "[ASYNC | SYNC]",
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
            Categories = AclCategories.Keyspace | AclCategories.Dangerous,
            Needs = Placement.AllShards,
        },
        new("FLUSHALL", -1, CommandFlags.Write, static (ref CommandContext context) => FlushAll(ref context))
        {
            Group = CommandGroup.Server, Since = "1.0.0",
            Complexity = "O(1) for every shard; the memory comes back over the following turns.",
            Summary = "Removes all keys of all databases.",
            Syntax = "[ASYNC | SYNC]",
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
            Categories = AclCategories.Keyspace | AclCategories.Dangerous,
            Needs = Placement.AllShards,
        },
        new("DBSIZE", 1, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Size(ref context))
        {
            Group = CommandGroup.Server, Since = "1.0.0", Complexity = "O(1) for every shard.",
            Summary = "Counts the keys of the selected database.",
            Tips = ["request_policy:all_shards", "response_policy:agg_sum"],
            Categories = AclCategories.Keyspace,
            Needs = Placement.AllShards,
        },
    ];

    private static void Select(ref CommandContext context)
    {
        bool isOnlyOne = context.Dataset is { IsClustered: true, DatabaseCount: 1 };
        if (isOnlyOne && Numbers.TryParseInt64(context.Arg(1), out long number) && number != 0)
        {
            context.Reply.Error("ERR SELECT is not allowed in cluster mode"u8);
            return;
        }
        if (!DatabaseArgument.TryGet(ref context, 1, out int database)) return;
        context.Session.Db = database;
        context.Reply.Ok();
    }

    private static void Swap(ref CommandContext context)
    {
        if (context.Dataset.IsClustered)
        {
            context.Reply.Error("ERR SWAPDB is not allowed in cluster mode"u8);
            return;
        }
        if (!TryGetIndex(ref context, 1, "ERR invalid first DB index"u8, out long first)) return;
        if (!TryGetIndex(ref context, 2, "ERR invalid second DB index"u8, out long second)) return;
        int count = context.Dataset.DatabaseCount;
        if (first < 0 || first >= count || second < 0 || second >= count)
        {
            context.Reply.Error(Errors.DbIndexOutOfRange);
            return;
        }
        if (first != second)
        {
            foreach (Keyspace keyspace in context.Dataset.Keyspaces) keyspace.Swap((int)first, (int)second);
        }
        context.Dataset[0].Counters.Dirty++;
        context.Reply.Ok();
    }

    private static bool TryGetIndex(ref CommandContext context, int index, ReadOnlySpan<byte> error, out long value)
    {
        if (Numbers.TryParseInt64(context.Arg(index), out value) && value == (int)value) return true;
        context.Reply.Error(error);
        return false;
    }

    private static void FlushOne(ref CommandContext context)
    {
        if (!TryReadMode(ref context)) return;
        context.Dataset.Flush(context.Session.Db);
        context.Dataset[0].Counters.Dirty++;
        context.Reply.Ok();
    }

    private static void FlushAll(ref CommandContext context)
    {
        if (!TryReadMode(ref context)) return;
        context.Dataset.FlushAll();
        context.Dataset.FlushedAll?.Invoke();
        context.Dataset[0].Counters.Dirty++;
        context.Reply.Ok();
    }

    // SYNC and ASYNC promise the same here: the keys are gone at once, and nobody waits for their memory.
    private static bool TryReadMode(ref CommandContext context)
    {
        if (context.ArgCount == 1) return true;
        if (context.ArgCount == 2 && (context.ArgIs(1, "ASYNC"u8) || context.ArgIs(1, "SYNC"u8))) return true;
        context.Reply.Error(Errors.Syntax);
        return false;
    }

    private static void Size(ref CommandContext context)
    {
        long count = 0;
        foreach (Keyspace keyspace in context.Dataset.Keyspaces)
            count += Dataset.CountVisible(keyspace, context.Session.Db);
        context.Reply.Integer(count);
    }
}
