using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.HotKeys;

/// <summary>Shows the sampler the commands that it wants to see, out of those that a worker runs.</summary>
internal static class HotKeyWatch
{
    /// <summary>A row of the batch has run; so many bytes of replies came of it.</summary>
    public static void RowHasRun(ShardWorker worker, Batch batch, int first, int end, long replyBytes)
    {
        HotKeySampler sampler = worker.Home.HotKeys;
        sampler.Countdown -= end - first;
        while (sampler.Countdown <= 0)
        {
            ref CommandRecord record = ref batch.Records[end - 1 + sampler.Countdown];
            var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
            Key key = KeyOf(worker, batch.Connection, record, arguments, record.Spec!.SingleKeyIndex);
            Note(worker, record.Spec!, key, arguments, replyBytes / (end - first));
            sampler.Countdown += sampler.NextDistance();
        }
    }

    /// <summary>One command has run, and the countdown says that it is to be looked at.</summary>
    public static void Look(
        ShardWorker worker, Connection client, in CommandRecord record, scoped in ArgumentView arguments,
        long replyBytes)
    {
        HotKeySampler sampler = worker.Home.HotKeys;
        sampler.Countdown = sampler.NextDistance();
        CommandSpec spec = record.Spec!;
        if (spec.Placement != Placement.Keys) return;
        int index = spec.SingleKeyIndex;
        if (index == 0)
        {
            KeyPositions positions = worker.KeyPositions;
            if (!KeyExtraction.TryCollect(spec, arguments, positions) || positions.Count == 0) return;
            index = positions[sampler.Choose(positions.Count)];
        }
        if (index >= arguments.Count) return;
        Key key = KeyOf(worker, client, record, arguments, index);
        if (((worker.Held >> key.Home.Owner.ShardIndex) & 1) != 0) Note(worker, spec, key, arguments, replyBytes);
    }

    private static Key KeyOf(
        ShardWorker worker, Connection client, in CommandRecord record, in ArgumentView arguments, int index)
    {
        ReadOnlySpan<byte> bytes = arguments[index];
        // What is spread counts where it is worked on.
        if (record.Spread is not null)
            return new Key(bytes, record.Slot, record.Hash, worker.Server.Dataset[record.Shard][client.Db]);
        bool isKnown = index == record.Spec!.SingleKeyIndex && record.Shard >= 0;
        int slot = isKnown ? record.Slot : KeySlot.Of(bytes);
        ulong hash = isKnown ? record.Hash : KeyHash.Of(bytes);
        return new Key(bytes, slot, hash, worker.Server.Dataset.Home(slot, client.Db));
    }

    private static void Note(
        ShardWorker worker, CommandSpec spec, in Key key, in ArgumentView arguments, long replyBytes)
    {
        Shard shard = worker.Server.Shards[key.Home.Owner.ShardIndex];
        ref readonly CommandCounts counts = ref shard.Statistics.Commands[spec.Id];
        long nanos = counts.Calls == 0 ? 0 : counts.Nanos / counts.Calls;
        int interval = worker.Home.HotKeys.Interval;
        shard.HotKeys.Note(key, spec.Is(CommandFlags.Write), arguments.TotalBytes, replyBytes, nanos, interval);
    }
}
