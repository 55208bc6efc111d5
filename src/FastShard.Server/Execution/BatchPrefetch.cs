using FastShard.Engine.Spreading;
using FastShard.Server.Sharding;

namespace FastShard.Server.Execution;

/// <summary>
/// Asks for the cache lines that a batch's commands will touch: slot header, bucket, entry and element, each found with
/// the help of the one before, so that all requests wait for memory at once and not one after the other.
/// </summary>
internal static class BatchPrefetch
{
    // Below this a batch alone gains nothing: there is nothing to wait for meanwhile.
    private const int WorthwhileCount = 3;

    /// <summary>All levels for a batch that is about to run, if they were not asked for already.</summary>
    public static void All(ShardWorker worker, Batch batch)
    {
        if (batch.IsPrefetched || batch.Count - batch.Next < WorthwhileCount) return;
        Slots(worker, batch);
        Buckets(worker, batch);
        Entries(worker, batch);
        Elements(worker, batch);
    }

    /// <summary>
    /// First level. Shards that can be had without waiting are taken now: their tables stand still only while they are
    /// held.
    /// </summary>
    public static void Slots(ShardWorker worker, Batch batch)
    {
        batch.IsPrefetched = true;
        ulong refused = 0;
        SpreadMap? spread = worker.Server.Spread.Active;
        for (int index = batch.Next; index < batch.Count; index++)
        {
            int shard = batch.Records[index].Shard;
            if (shard < 0 || ((refused >> shard) & 1) != 0) continue;
            // What is spread needs no shard but the client's.
            if (spread is not null && spread.HasSlot(batch.Records[index].Slot)) continue;
            if (worker.TryHold(shard)) Slot(worker.Server.Shards[shard], batch, index);
            else refused |= 1UL << shard;
        }
    }

    /// <summary>Second level: the buckets, by the slot headers.</summary>
    public static void Buckets(ShardWorker worker, Batch batch)
    {
        for (int index = batch.Next; index < batch.Count; index++)
        {
            int shard = batch.Records[index].Shard;
            if (IsHeld(worker, shard)) Bucket(worker.Server.Shards[shard], batch, index);
        }
    }

    /// <summary>Third level: the entries, by the buckets.</summary>
    public static void Entries(ShardWorker worker, Batch batch)
    {
        for (int index = batch.Next; index < batch.Count; index++)
        {
            int shard = batch.Records[index].Shard;
            if (IsHeld(worker, shard)) Entry(worker.Server.Shards[shard], batch, index);
        }
    }

    /// <summary>Last: what they name inside of large collections, by the entries.</summary>
    public static void Elements(ShardWorker worker, Batch batch)
    {
        if (batch.HasElements) ElementPrefetch.Run(worker, batch, worker.Held);
    }

    /// <summary>All levels for a parcel, on the shard that it has arrived at.</summary>
    public static void Parcel(Shard shard, Parcel parcel)
    {
        if (parcel.Count < 2) return;
        Batch batch = parcel.Batch!;
        for (int position = 0; position < parcel.Count; position++) Slot(shard, batch, parcel[position]);
        for (int position = 0; position < parcel.Count; position++) Bucket(shard, batch, parcel[position]);
        for (int position = 0; position < parcel.Count; position++) Entry(shard, batch, parcel[position]);
        if (batch.HasElements) ElementPrefetch.Run(shard, batch, parcel);
    }

    private static bool IsHeld(ShardWorker worker, int shard) => shard >= 0 && ((worker.Held >> shard) & 1) != 0;

    private static void Slot(Shard shard, Batch batch, int index)
    {
        ref CommandRecord record = ref batch.Records[index];
        if (record.IsRepeat) return;
        shard.Keyspace[batch.Connection.Db].Table.PrefetchSlot(record.Slot);
    }

    private static void Bucket(Shard shard, Batch batch, int index)
    {
        ref CommandRecord record = ref batch.Records[index];
        if (record.IsRepeat) return;
        shard.Keyspace[batch.Connection.Db].Table.PrefetchBucket(record.Slot, record.Hash);
    }

    private static void Entry(Shard shard, Batch batch, int index)
    {
        ref CommandRecord record = ref batch.Records[index];
        if (record.IsRepeat) return;
        shard.Keyspace[batch.Connection.Db].Table.PrefetchEntry(record.Slot, record.Hash);
    }
}
