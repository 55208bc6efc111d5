using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Clustering;
using FastShard.Server.Execution;

namespace FastShard.Server.Transactions;

/// <summary>MULTI, EXEC, DISCARD, WATCH, UNWATCH.</summary>
internal static class TransactionCommands
{
    private const CommandFlags Always =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Unqueued
        | CommandFlags.AllowBusy;

    /// <summary>How an error of EXEC begins that says more.</summary>
    public const string AbortedBecauseOf = "EXECABORT Transaction discarded because of: ";

    public static readonly CommandSpec[] Specs =
    [
        new("MULTI", 1, Always | CommandFlags.Fast,
            static (ref CommandContext context) => Multi(ref context))
        {
            Group = CommandGroup.Transactions, Since = "1.2.0", Complexity = "O(1)",
            Summary = "Begins to queue commands for one atomic run.",
        },
        new("EXEC", 1, Always | CommandFlags.SkipSlowlog | CommandFlags.AbortsWhenRefused,
            static (ref CommandContext context) => Exec(ref context))
        {
            Group = CommandGroup.Transactions, Since = "1.2.0", Complexity = "Depends on the queued commands.",
            Summary = "Runs the queued commands as one, isolated from everybody else's.",
            Needs = Placement.Transaction,
        },
        new("DISCARD", 1, Always | CommandFlags.Fast, static (ref CommandContext context) => Discard(ref context))
        {
            Group = CommandGroup.Transactions, Since = "2.0.0", Complexity = "O(N), N = number of queued commands.",
            Summary = "Drops the queued commands and ends the transaction.",
            Needs = Placement.Transaction,
        },
        new("WATCH", -2, Always | CommandFlags.Fast,
            static (ref CommandContext context) => Watch(ref context))
        {
            Group = CommandGroup.Transactions, Since = "2.2.0", Complexity = "O(1) for every key.",
            Summary = "Makes the next EXEC depend on keys staying unchanged until then.",
            Syntax = "key [key ...]",
            Keys = [KeySpec.Range(1, -1, 1, KeyAccess.ReadOnly)],
        },
        new("UNWATCH", 1, Always & ~CommandFlags.Unqueued | CommandFlags.Fast,
            static (ref CommandContext context) => Unwatch(ref context))
        {
            Group = CommandGroup.Transactions, Since = "2.2.0", Complexity = "O(1)",
            Summary = "Forgets all watched keys.",
            Needs = Placement.Transaction,
        },
    ];

    private static void Multi(ref CommandContext context)
    {
        Transaction transaction = ((Connection)context.Session).Transaction;
        if (transaction.IsOpen)
        {
            context.Reply.Error("ERR MULTI calls can not be nested"u8);
            return;
        }
        transaction.Open();
        context.Reply.Ok();
    }

    private static void Exec(ref CommandContext context)
    {
        var client = (Connection)context.Session;
        Transaction transaction = client.Transaction;
        if (transaction.Refusal is { } reason)
        {
            transaction.Close();
            transaction.Unwatch(client.Worker, client);
            context.Reply.Error(reason);
            return;
        }
        if (!transaction.IsOpen)
        {
            context.Reply.Error("ERR EXEC without MULTI"u8);
            return;
        }
        bool isDoomed = transaction.IsDoomed;
        bool hasNoRoom = transaction.DeniesOom
            && !client.Server.Memory.TryMakeRoom(client.Worker, transaction.QueuedShards);
        bool isBroken = client.WatchBroken || HasExpiredWatch(ref context, client);
        transaction.Unwatch(client.Worker, client);
        if (isDoomed)
        {
            context.Reply.Error(Errors.ExecAbort);
        }
        else if (client.Server.Cluster is { } cluster
            && ClusterGate.JudgeQueued(client.Worker, client, cluster).Refusal is { } elsewhere)
        {
            context.Reply.Error(elsewhere);
        }
        else if (hasNoRoom)
        {
            context.Reply.Error(AbortedBecauseOf + "OOM command not allowed when used memory > 'maxmemory'.");
        }
        else if (transaction.HasWrites && WriteRefusal(client) is { } refusal)
        {
            context.Reply.Error(AbortedBecauseOf + refusal);
        }
        else if (isBroken)
        {
            context.Reply.NullArray();
        }
        else
        {
            context.Reply.Array(transaction.Count);
            transaction.Run(client.Worker, client);
        }
        transaction.Close();
    }

    // What keeps the server from writing, whatever it is that is to be written; null while nothing does.
    private static string? WriteRefusal(Connection client)
    {
        GateState gates = client.Server.Gates;
        if (gates.DeniesWrites) return Encoding.ASCII.GetString(Errors.SnapshotsFail);
        if (client.Server.Aof.Error is { } failure) return "MISCONF Errors writing to the AOF file: " + failure;
        if (gates.LacksReplicas) return Encoding.ASCII.GetString(Errors.TooFewReplicas);
        return gates.IsReadOnly ? Encoding.ASCII.GetString(Errors.ReadOnlyReplica) : null;
    }

    // A watched key that lived when it was watched and whose deadline has passed since counts as changed, whether or
    // not anybody has removed it yet.
    private static bool HasExpiredWatch(ref CommandContext context, Connection client)
    {
        foreach (WatchedKey watched in client.Transaction.Watched)
        {
            Database home = context.Dataset.Home(watched.Slot, watched.Database);
            if (home.Owner.Watches.CountsAsExpired(watched.Database, watched.Hash, client)) continue;
            if (home.Table.TryFind(watched.Slot, watched.Hash, watched.Key, out Entry entry)
                && entry.HasExpiry && entry.ExpiryMillis <= context.NowMillis) return true;
        }
        return false;
    }

    private static void Discard(ref CommandContext context)
    {
        var client = (Connection)context.Session;
        if (!client.Transaction.IsOpen)
        {
            context.Reply.Error("ERR DISCARD without MULTI"u8);
            return;
        }
        client.Transaction.Close();
        client.Transaction.Unwatch(client.Worker, client);
        context.Reply.Ok();
    }

    private static void Watch(ref CommandContext context)
    {
        var client = (Connection)context.Session;
        if (client.Transaction.IsOpen)
        {
            context.Reply.Error("ERR WATCH inside MULTI is not allowed"u8);
            return;
        }
        for (int index = 1; index < context.ArgCount; index++)
        {
            if (client.WatchBroken) break; // EXEC will fail anyway: nothing more to learn
            Key key = context.Key(index);
            bool wasExpired = key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry)
                && entry.HasExpiry && entry.ExpiryMillis <= context.NowMillis;
            int shard = context.Dataset.ShardOf(key.Slot);
            if (key.Home.Owner.Watches.TryAdd(key, client, wasExpired))
                client.Transaction.Watch(client.Db, key.Hash, key.Slot, shard, key.Bytes);
        }
        context.Reply.Ok();
    }

    private static void Unwatch(ref CommandContext context)
    {
        var client = (Connection)context.Session;
        client.Transaction.Unwatch(client.Worker, client);
        context.Reply.Ok();
    }
}
