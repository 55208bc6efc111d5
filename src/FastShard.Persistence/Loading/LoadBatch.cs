using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Loading;

/// <summary>Records of one window for one shard.</summary>
public sealed class LoadBatch
{
    // So many keys are hashed, and their places in the index asked for, before the first is made.
    private const int Ahead = 16;

    private readonly RdbLoad _load;
    private readonly LoadWindow _window;
    private LoadRecord[] _records = new LoadRecord[64];

    // Counted here and told once: all shards count in the same place.
    private long _made;
    private long _expired;
    private long _empty;

    internal LoadBatch(RdbLoad load, LoadWindow window, int shard)
    {
        _load = load;
        _window = window;
        Shard = shard;
    }

    /// <summary>The shard that owns the records' keys.</summary>
    public int Shard { get; }

    /// <summary>Records in it.</summary>
    internal int Count { get; private set; }

    /// <summary>Makes the keys; by a holder of the shard. The batch is at its end.</summary>
    public void Insert(Keyspace keyspace)
    {
        uint announced = keyspace.AnnouncedClasses;
        keyspace.AnnouncedClasses = 0; // what is loaded was there before
        TextScratch scratch = default;
        Span<ulong> hashes = stackalloc ulong[Ahead];
        for (int first = 0; first < Count && !_load.HasFailed; first += Ahead)
        {
            ReadOnlySpan<LoadRecord> records = _records.AsSpan(first, Math.Min(Ahead, Count - first));
            Prefetch(keyspace, records, hashes, ref scratch);
            for (int index = 0; index < records.Length && !_load.HasFailed; index++)
                Insert(keyspace, records[index], hashes[index], ref scratch);
        }
        scratch.Dispose();
        keyspace.AnnouncedClasses = announced;
        Count = 0;
        _load.Note(_made, _expired, _empty);
        (_made, _expired, _empty) = (0, 0, 0);
        _window.Release();
    }

    internal void Add(in LoadRecord record)
    {
        if (Count == _records.Length) Array.Resize(ref _records, Count * 2);
        _records[Count++] = record;
    }

    private RdbReader Open(in LoadRecord record) =>
        new(_window.Bytes.All[record.Start..record.End], _load.Version);

    private void Prefetch(
        Keyspace keyspace, ReadOnlySpan<LoadRecord> records, Span<ulong> hashes, ref TextScratch scratch)
    {
        for (int index = 0; index < records.Length; index++)
        {
            RdbReader reader = Open(records[index]);
            _ = reader.TryByte(out _) && reader.TryText(ref scratch, out ReadOnlySpan<byte> key)
                && TryHash(key, out hashes[index]);
            keyspace[records[index].Database].Table.PrefetchSlot(records[index].Slot);
        }
        for (int index = 0; index < records.Length; index++)
            keyspace[records[index].Database].Table.PrefetchBucket(records[index].Slot, hashes[index]);
    }

    private static bool TryHash(ReadOnlySpan<byte> key, out ulong hash)
    {
        hash = KeyHash.Of(key);
        return true;
    }

    private void Insert(Keyspace keyspace, in LoadRecord record, ulong hash, ref TextScratch scratch)
    {
        RdbReader reader = Open(record);
        if (!reader.TryByte(out byte type) || !reader.TryText(ref scratch, out ReadOnlySpan<byte> name))
        {
            Fail(record, "a key that makes no sense");
            return;
        }
        if (record.ExpiryMillis != 0 && record.ExpiryMillis < _load.NowMillis && _load.LeavesExpiredOut)
        {
            _expired++;
            return;
        }
        Key key = new(name, record.Slot, hash, keyspace[record.Database]);
        if (key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry old))
        {
            if (!_load.Replaces)
            {
                Fail(record, "a key that was there before");
                return;
            }
            key.Home.Table.Remove(ref old);
        }
        ObjectTarget target = new(key, record.ExpiryMillis, _load.Encodings);
        ReadOutcome outcome = ObjectReader.Read(ref reader, (RdbType)type, target);
        if (outcome == ReadOutcome.Malformed || (outcome == ReadOutcome.Done && !reader.IsAtEnd))
        {
            target.Discard();
            Fail(record, $"a value of type {type} that makes no sense");
            return;
        }
        if (outcome == ReadOutcome.Done) NoteMade(keyspace, target, record);
        else _empty++;
    }

    private void NoteMade(Keyspace keyspace, in ObjectTarget target, in LoadRecord record)
    {
        _made++;
        if (record.IdleSeconds < 0 && record.Frequency < 0) return;
        long idleMillis = record.IdleSeconds < 0 ? -1 : Math.Min(record.IdleSeconds, int.MaxValue) * 1000;
        if (target.TryFind(out Entry entry))
            keyspace.AccessClock.Restore(entry, idleMillis, record.Frequency, keyspace.NowMillis);
    }

    private void Fail(in LoadRecord record, string what) => _load.Fail(_window.Offset + record.Start, what);
}
