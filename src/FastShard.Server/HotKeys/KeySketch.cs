// Which keys are used most, in a fixed place of memory. Rows are in sets of sixteen; a key may stand in one set
// only, by its hash. A key that has no row takes that of the set's rarest, but only with the chance that its own
// weight has against the row's, and goes on from the row's count. So a key that comes once in a while hardly ever
// drives out one that comes often, counts are right on average, and the common ones stay.

namespace FastShard.Server.HotKeys;

/// <summary>A bounded count of the heaviest keys of one shard; written by the shard's holder.</summary>
internal sealed class KeySketch
{
    /// <summary>Keys followed at most.</summary>
    public const int RowCount = 1024;

    /// <summary>Bytes kept of a name; a longer one is looked up when it is shown.</summary>
    public const int NameBytesMax = 64;

    private const int Ways = 16;
    private const int SmoothingShift = 2;

    private readonly HotKeyRow[] _rows = new HotKeyRow[RowCount];
    private readonly byte[] _names = new byte[RowCount * NameBytesMax];
    private ulong _random;

    public KeySketch(ulong seed) => _random = seed | 1;

    /// <summary>All that was counted, for keys that have no row as well.</summary>
    public long Total { get; private set; }

    /// <summary>The rows; those without weight are empty.</summary>
    public ReadOnlySpan<HotKeyRow> Rows => _rows;

    /// <summary>What is kept of a row's name.</summary>
    public ReadOnlySpan<byte> NameOf(int row) => _names.AsSpan(row * NameBytesMax, _rows[row].NameBytes);

    /// <summary>The key's identity among those of all databases.</summary>
    public static ulong IdOf(ulong hash, int database) => hash ^ ((ulong)(uint)database * 0x9E3779B97F4A7C15);

    /// <summary>Counts a command on a key, for <paramref name="weight"/> of its like.</summary>
    public void Add(ulong hash, int slot, int database, ReadOnlySpan<byte> key, long weight, int bytes)
    {
        Total += weight;
        ulong id = IdOf(hash, database);
        int first = (int)(id >> 32) & (RowCount - 1) & ~(Ways - 1);
        int rarest = first;
        for (int row = first; row < first + Ways; row++)
        {
            ref HotKeyRow found = ref _rows[row];
            if (found.Id == id && found.Weight > 0)
            {
                found.Weight += weight;
                found.Bytes += (bytes - found.Bytes) >> SmoothingShift;
                return;
            }
            if (found.Weight < _rows[rarest].Weight) rarest = row;
        }
        Replace(rarest, id, hash, slot, database, key, weight, bytes);
    }

    /// <summary>Halves all counts: what is long ago fades.</summary>
    public void Decay()
    {
        Total /= 2;
        foreach (ref HotKeyRow row in _rows.AsSpan()) row.Weight /= 2;
    }

    public void Clear()
    {
        Total = 0;
        Array.Clear(_rows);
    }

    private void Replace(
        int row, ulong id, ulong hash, int slot, int database, ReadOnlySpan<byte> key, long weight, int bytes)
    {
        ref HotKeyRow place = ref _rows[row];
        long sum = place.Weight + weight;
        if (place.Weight > 0 && Below(sum) >= weight) return;
        int kept = Math.Min(key.Length, NameBytesMax);
        key[..kept].CopyTo(_names.AsSpan(row * NameBytesMax));
        place = new HotKeyRow
        {
            Id = id,
            Hash = hash,
            Weight = sum,
            Bytes = bytes,
            Slot = (short)slot,
            Database = (short)database,
            NameBytes = (byte)kept,
            IsCut = kept < key.Length,
        };
    }

    private long Below(long bound)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (long)Math.BigMul(_random, (ulong)bound, out _);
    }
}
