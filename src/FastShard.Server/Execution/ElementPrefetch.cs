using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Sharding;

namespace FastShard.Server.Execution;

/// <summary>
/// The last stages of asking ahead: where the elements lie that a batch's commands name (<see
/// cref="CommandSpec.ElementIndex"/>) inside of large hashes and sets. A search there waits for memory twice, for
/// bucket and element; asked for together, all of a batch's come in about the time of one. The elements' hashes stay
/// in the records.
/// </summary>
internal readonly ref struct ElementPrefetch
{
    private readonly Batch _batch;
    private readonly Span<FieldProbe> _probes; // by record

    private ElementPrefetch(Batch batch, Span<FieldProbe> probes)
    {
        _batch = batch;
        _probes = probes;
    }

    /// <summary>For the records of a batch whose shards are held.</summary>
    public static void Run(ShardWorker worker, Batch batch, ulong held)
    {
        ElementPrefetch ahead = new(batch, stackalloc FieldProbe[Batch.Limit]);
        for (int index = batch.Next; index < batch.Count; index++)
        {
            int shard = batch.Records[index].Shard;
            if (shard >= 0 && ((held >> shard) & 1) != 0) ahead.Begin(worker.Server.Shards[shard], index);
        }
        for (int index = batch.Next; index < batch.Count; index++) ahead.End(index);
    }

    /// <summary>For those of a parcel.</summary>
    public static void Run(Shard shard, Batch batch, Parcel parcel)
    {
        ElementPrefetch ahead = new(batch, stackalloc FieldProbe[Batch.Limit]);
        for (int position = 0; position < parcel.Count; position++) ahead.Begin(shard, parcel[position]);
        for (int position = 0; position < parcel.Count; position++) ahead.End(parcel[position]);
    }

    private void Begin(Shard shard, int index)
    {
        ref CommandRecord record = ref _batch.Records[index];
        int element = record.Spec!.ElementIndex;
        if (element == 0 || element >= record.ArgCount) return;
        var arguments = new ArgumentView(_batch.Input.All, _batch.Args, record.ArgStart, record.ArgCount);
        FieldProbe probe = record.IsRepeat && index > 0 ? _probes[index - 1] : default;
        if (probe.IsNull)
        {
            probe = shard.Keyspace[_batch.Connection.Db].Table.Probe(
                record.Slot, record.Hash, arguments[record.Spec.SingleKeyIndex]);
        }
        if (probe.IsNull) return;
        record.ElementHash = KeyHash.Of(arguments[element]);
        probe.PrefetchBucket(record.ElementHash);
        _probes[index] = probe;
    }

    private void End(int index)
    {
        if (!_probes[index].IsNull) _probes[index].PrefetchElement(_batch.Records[index].ElementHash);
    }
}
