using FastShard.Native.Diagnostics;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>
/// One register of a sparse HyperLogLog that is to be raised: which bytes are replaced by which. Planned first and
/// written then, because the value may have to grow in between, or to become dense.
/// </summary>
internal ref struct HllSparseChange
{
    // A run of zeros around a new register: two times two bytes, and its own.
    private const int PiecesMax = 5;

    // So many runs around the change may join with their neighbours: those that the change can have made equal.
    private const int JoinedRuns = 5;

    private readonly Span<byte> _pieces;
    private int _at;
    private int _removed;
    private int _inserted;
    private int _joinFrom;

    /// <summary>A change whose bytes are put together in <paramref name="scratch"/>.</summary>
    public HllSparseChange(Span<byte> scratch) => _pieces = scratch[..PiecesMax];

    /// <summary>Room for the scratch.</summary>
    public static int ScratchBytes => PiecesMax;

    /// <summary>Bytes by which the value grows at most.</summary>
    public readonly int Growth => _inserted - _removed;

    /// <summary>
    /// Finds out what is to be done; the rank must be one that a sparse value can tell.
    /// </summary>
    public HllSparseVerdict Plan(ReadOnlySpan<byte> value, int index, int rank)
    {
        ReadOnlySpan<byte> runs = value[HllFormat.HeaderBytes..];
        int first = 0;
        int previous = 0;
        for (int at = 0; at < runs.Length;)
        {
            if (!HllSparse.TryRun(runs, at, out int length, out int present, out int bytes))
                return HllSparseVerdict.Corrupt;
            if (index < first + length)
            {
                if (present >= rank) return HllSparseVerdict.Unchanged;
                _at = HllFormat.HeaderBytes + at;
                _removed = bytes;
                _joinFrom = HllFormat.HeaderBytes + previous;
                Split(length, present, index - first, rank);
                return HllSparseVerdict.Changed;
            }
            previous = at;
            first += length;
            at += bytes;
        }
        return HllSparseVerdict.Corrupt;
    }

    /// <summary>
    /// Writes the change into a value that has room for <see cref="Growth"/> behind its <paramref name="length"/>
    /// bytes; returns the new length.
    /// </summary>
    public readonly int Apply(Span<byte> room, int length)
    {
        Invariant.Slow(length + Growth <= room.Length);
        room[(_at + _removed)..length].CopyTo(room[(_at + _inserted)..]);
        _pieces[.._inserted].CopyTo(room[_at..]);
        return Join(room, length + Growth);
    }

    private void Split(int length, int present, int before, int rank)
    {
        int after = length - before - 1;
        _inserted = 0;
        if (before > 0) Put(present, before);
        _pieces[_inserted++] = HllSparse.RunOf(rank, 1);
        if (after > 0) Put(present, after);
    }

    private void Put(int rank, int length)
    {
        if (rank == 0) _inserted += HllSparse.WriteZeros(_pieces[_inserted..], length);
        else _pieces[_inserted++] = HllSparse.RunOf(rank, length);
    }

    /// <summary>Makes one run of neighbours of one value, as far as it can be told in one byte.</summary>
    private readonly int Join(Span<byte> value, int length)
    {
        int at = _joinFrom;
        for (int left = JoinedRuns; left > 0 && at < length; left--)
        {
            byte lead = value[at];
            if (lead < 0x80)
            {
                at += lead < 0x40 ? 1 : 2;
                continue;
            }
            if (at + 1 < length && TryJoin(lead, value[at + 1], out byte joined))
            {
                value[at] = joined;
                value[(at + 2)..length].CopyTo(value[(at + 1)..]);
                length--;
                continue;
            }
            at++;
        }
        return length;
    }

    private static bool TryJoin(byte left, byte right, out byte joined)
    {
        joined = 0;
        const int RankBits = 0xFC;
        if ((left & RankBits) != (right & RankBits)) return false;
        int together = (left & 3) + (right & 3) + 2;
        if (together > HllSparse.RunMax) return false;
        joined = (byte)((left & RankBits) | (together - 1));
        return true;
    }
}
