// Slots whose commands wait for a moment: while keys of theirs are on the way to another server nobody may change them,
// and at the end of a slot's move nobody may use it. Only commands of these slots wait, and their clients; the shards
// go on. Changed while all shards are held, so that every shard sees it at its next command.
//
// A command may have been let through before and still be in a parcel for another shard: parcels are looked at once
// more when they arrive, and wait there as a whole.

using FastShard.Cluster.State;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;
using FastShard.Server.Transactions;

namespace FastShard.Server.Migration;

/// <summary>Which slots wait, and who waits for them.</summary>
internal sealed class SlotHold(FastShardServer server)
{
    private readonly ushort[] _writes = new ushort[SlotSet.Slots];
    private readonly ushort[] _all = new ushort[SlotSet.Slots];
    private int _holds;

    /// <summary>Writes of these slots wait from now on; every shard is held.</summary>
    public void HoldWrites(SlotSet slots) => Change(slots, _writes, 1);

    /// <summary>Reads as well.</summary>
    public void HoldAll(SlotSet slots) => Change(slots, _all, 1);

    /// <summary>Reads go on.</summary>
    public void ReleaseReads(SlotSet slots) => Change(slots, _all, -1);

    /// <summary>Writes go on, and all that waited is looked at again; every shard is held.</summary>
    public void Release(ShardWorker worker, SlotSet slots)
    {
        Change(slots, _writes, -1);
        Resume(worker);
    }

    /// <summary>Whether a client's command has to wait. It is noted then, to be gone on with.</summary>
    public bool HoldsBack(ShardWorker worker, Connection client, CommandSpec spec, in ArgumentView arguments)
    {
        if (!MustWait(worker, client, spec, arguments)) return false;
        client.Home.HeldBack.Add(client);
        return true;
    }

    /// <summary>Whether a parcel has to wait on the shard that it came to; the shard is held.</summary>
    public bool HoldsBack(Shard shard, Parcel parcel)
    {
        Batch batch = parcel.Batch!;
        for (int position = 0; position < parcel.Count; position++)
        {
            ref CommandRecord record = ref batch.Records[parcel[position]];
            bool isOne = record.Spec!.SingleKeyIndex > 0;
            // Which slot a command of several keys needs is not worth finding out here.
            bool waits = isOne ? IsHeld(record.Slot, record.Spec.MayWrite) : record.Spec.MayWrite;
            if (!waits) continue;
            shard.HeldParcels.Add(parcel);
            return true;
        }
        return false;
    }

    private bool IsHeld(int slot, bool mayWrite) => _all[slot] > 0 || (mayWrite && _writes[slot] > 0);

    private bool MustWait(ShardWorker worker, Connection client, CommandSpec spec, in ArgumentView arguments)
    {
        if (client.IsPrimary || client.Import is not null) return false;
        if (spec.Placement == Placement.Transaction) return MustQueueWait(worker, client.Transaction);
        if (client.Transaction.IsOpen && !spec.Is(CommandFlags.Unqueued)) return false;
        return MustWait(worker, spec, arguments);
    }

    private bool MustQueueWait(ShardWorker worker, Transaction transaction)
    {
        for (int index = 0; index < transaction.Count; index++)
        {
            if (MustWait(worker, transaction.SpecOf(index), transaction.ArgumentsOf(index))) return true;
        }
        return false;
    }

    private bool MustWait(ShardWorker worker, CommandSpec spec, in ArgumentView arguments)
    {
        bool mayWrite = spec.Is(CommandFlags.Write);
        if (spec.Keys.Length == 0 && spec.FindKeys is null) return mayWrite && spec.Placement == Placement.AllShards;
        if (spec.Placement is Placement.Channel or Placement.Channels) return false;
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, positions)) return false;
        for (int key = 0; key < positions.Count; key++)
        {
            if (IsHeld(KeySlot.Of(arguments[positions[key]]), mayWrite)) return true;
        }
        return false;
    }

    private void Change(SlotSet slots, ushort[] counts, int delta)
    {
        for (int from = 0; slots.TryNextRange(from, out int first, out int last); from = last + 1)
        {
            for (int slot = first; slot <= last; slot++) counts[slot] = (ushort)(counts[slot] + delta);
        }
        if (!ReferenceEquals(counts, _writes)) return;
        _holds += delta;
        server.Gates.SetHoldingSlots(_holds > 0);
        // What has expired stays until then: nothing of a held slot changes.
        if (_holds == 0) return;
        foreach (Keyspace keyspace in server.Dataset.Keyspaces) keyspace.KeepsExpired = true;
    }

    private void Resume(ShardWorker worker)
    {
        foreach (Shard shard in server.Shards)
        {
            foreach (Connection client in shard.HeldBack)
            {
                if (client.IsClosed || !client.IsHeldBack) continue;
                client.IsHeldBack = false;
                worker.MarkUnfinished(client);
            }
            shard.HeldBack.Clear();
            if (shard.HeldParcels.Count == 0) continue;
            foreach (Parcel parcel in shard.HeldParcels) worker.Post(shard, parcel);
            shard.HeldParcels.Clear();
        }
    }
}
