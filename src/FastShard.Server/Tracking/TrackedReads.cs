using System.Numerics;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Tracking;

/// <summary>What happens around the commands of a client that tracks.</summary>
internal static class TrackedReads
{
    /// <summary>Before a command of it runs: changes of these shards are its own.</summary>
    public static void Begin(ShardWorker worker, Tracker tracker, ulong shards)
    {
        if (tracker.IsNoLoop) SetAuthor(worker, shards, tracker);
    }

    /// <summary>It has run: what it read is remembered.</summary>
    public static void End(
        ShardWorker worker, Connection client, Tracker tracker, ulong shards, CommandSpec spec,
        scoped in ArgumentView arguments)
    {
        if (tracker.IsNoLoop) SetAuthor(worker, shards, null);
        // Not what EXEC itself is, but what it runs: each of that comes through here by itself.
        if (spec.Is(CommandFlags.ReadOnly) && tracker.RemembersReads)
            Remember(worker, tracker, shards, spec, arguments);
        bool isAboutIt = spec.FullName.StartsWith("client|", StringComparison.Ordinal);
        if (!isAboutIt && !client.Transaction.IsOpen) tracker.Caching = CachingChoice.None;
    }

    /// <summary>
    /// What had to be evicted for a command is told before the command's reply, as in Redis; the client's own shard is
    /// held.
    /// </summary>
    public static void TellBeforeReply(ShardWorker worker, Connection client)
    {
        if (client.Subscriber is { } subscriber && worker.Holds(client.Home)) subscriber.CatchUp(worker);
    }

    private static void Remember(
        ShardWorker worker, Tracker tracker, ulong shards, CommandSpec spec, scoped in ArgumentView arguments)
    {
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, positions)) return;
        for (int key = 0; key < positions.Count; key++)
        {
            ReadOnlySpan<byte> name = arguments[positions[key]];
            Shard shard = worker.Server.Shards[worker.Server.Dataset.ShardOf(KeySlot.Of(name))];
            if ((shards & shard.Bit) != 0) shard.Tracking.Remember(name, tracker);
        }
    }

    private static void SetAuthor(ShardWorker worker, ulong shards, Tracker? author)
    {
        for (ulong left = shards; left != 0; left &= left - 1)
            worker.Server.Shards[BitOperations.TrailingZeroCount(left)].Tracking.Author = author;
    }
}
