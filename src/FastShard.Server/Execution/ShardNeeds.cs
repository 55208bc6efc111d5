using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.PubSub;
using FastShard.Server.Sharding;

namespace FastShard.Server.Execution;

/// <summary>Which shards a command needs, by its declaration and arguments, as a set of bits.</summary>
internal static class ShardNeeds
{
    /// <summary>The shards to hold while the command runs; none for a command of the connection alone.</summary>
    public static ulong Of(ShardWorker worker, Connection client, Batch batch, in CommandRecord record)
    {
        FastShardServer server = worker.Server;
        return record.Spec!.Placement switch
        {
            Placement.Connection => 0,
            Placement.AllShards => server.AllShards,
            Placement.Transaction => client.Transaction.Shards,
            Placement.Channel or Placement.Channels => OfChannels(
                worker, new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount), record.Spec),
            _ => OfKeys(
                worker,
                new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount),
                record.Spec),
        };
    }

    /// <summary>The shards a queued command will need when EXEC runs it.</summary>
    public static ulong OfQueued(ShardWorker worker, CommandSpec spec, in ArgumentView arguments) =>
        spec.Placement switch
        {
            Placement.Keys => OfKeys(worker, arguments, spec),
            Placement.AllShards => worker.Server.AllShards,
            Placement.Channel or Placement.Channels => OfChannels(worker, arguments, spec),
            _ => 0,
        };

    // Channels that every shard knows change while all are held.
    private static ulong OfChannels(ShardWorker worker, in ArgumentView arguments, CommandSpec spec)
    {
        if (arguments.Count == 1) return worker.Server.AllShards;
        int end = spec.Placement == Placement.Channel ? 2 : arguments.Count;
        ulong shards = 0;
        for (int index = 1; index < end; index++)
        {
            if (spec.Placement == Placement.Channels && Placing.IsEverywhere(arguments[index]))
                return worker.Server.AllShards;
            shards |= worker.Server.PubSub.HomeOf(arguments[index]).Bit;
        }
        return shards;
    }

    /// <summary>The owners of a command's keys; every shard when its keys cannot be told.</summary>
    public static ulong OfKeys(ShardWorker worker, in ArgumentView arguments, CommandSpec spec)
    {
        if (spec.ReachesBeyondKeys is { } reachesBeyond && reachesBeyond(arguments)) return worker.Server.AllShards;
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, positions)) return worker.Server.AllShards;
        ulong shards = 0;
        for (int key = 0; key < positions.Count; key++)
            shards |= 1UL << worker.Server.Dataset.ShardOf(KeySlot.Of(arguments[positions[key]]));
        return shards;
    }
}
