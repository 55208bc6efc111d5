using System.Numerics;

namespace FastShard.Engine.Eviction;

/// <summary>
/// What evicted keys had counted, for the case that they come back: about one cell of two bytes for every key that is
/// kept. A cell holds eight bits of the key's hash and the count; a bucket of four cells keeps the highest counts.
/// Mistaken identity (1 in 64 look-ups) and forgetting cost a little of the hit ratio and nothing else. Takes no memory
/// until the first key is evicted under an LFU policy.
/// </summary>
internal sealed class GhostCounts
{
    private const int Ways = 4;
    private const int BucketsMin = 256;
    private const int BucketsMax = 1 << 20;

    private ushort[] _cells = [];

    // The epoch to which each bucket's counts are decayed; its low byte is enough, since counts reach 0 before it
    // wraps.
    private byte[] _epochs = [];

    /// <summary>Managed bytes taken.</summary>
    public long AllocatedBytes => (_cells.Length * sizeof(ushort)) + _epochs.Length;

    /// <summary>Keeps a count, if it is not the lowest of its bucket.</summary>
    public void Put(ulong hash, uint count, uint epoch, long keyCount)
    {
        if (_epochs.Length * (long)Ways * 2 < keyCount && _epochs.Length < BucketsMax || _epochs.Length == 0)
            Resize(keyCount);
        Span<ushort> bucket = BucketOf(hash, epoch);
        int lowest = 0;
        for (int way = 1; way < Ways; way++)
        {
            if ((byte)bucket[way] < (byte)bucket[lowest]) lowest = way;
        }
        if (count > 0 && count >= (byte)bucket[lowest]) bucket[lowest] = (ushort)(Fingerprint(hash) << 8 | (byte)count);
    }

    /// <summary>The count of a key that comes back, 0 if it is not known; it is taken out.</summary>
    public uint Take(ulong hash, uint epoch)
    {
        if (_epochs.Length == 0) return 0;
        foreach (ref ushort cell in BucketOf(hash, epoch))
        {
            if (cell >> 8 != Fingerprint(hash)) continue;
            uint count = (byte)cell;
            cell = 0;
            return count;
        }
        return 0;
    }

    private static int Fingerprint(ulong hash) => (int)(hash >> 48 & 0xFF) | 1;

    private Span<ushort> BucketOf(ulong hash, uint epoch)
    {
        int index = (int)((uint)hash & (uint)(_epochs.Length - 1));
        Span<ushort> bucket = _cells.AsSpan(index * Ways, Ways);
        int elapsed = (byte)(epoch - _epochs[index]);
        if (elapsed == 0) return bucket;
        _epochs[index] = (byte)epoch;
        foreach (ref ushort cell in bucket)
            cell = (byte)cell > elapsed ? (ushort)(cell - elapsed) : (ushort)0;
        return bucket;
    }

    // What was remembered is forgotten: it happens a few times while a cache fills for the first time.
    private void Resize(long keyCount)
    {
        long buckets = Math.Clamp(keyCount / Ways, BucketsMin, BucketsMax);
        int rounded = (int)BitOperations.RoundUpToPowerOf2((uint)buckets);
        _cells = new ushort[rounded * Ways];
        _epochs = new byte[rounded];
    }
}
