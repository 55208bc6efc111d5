namespace FastShard.Engine.HyperLogLogs;

/// <summary>
/// Runs of equal registers, in three forms:
/// <code>
///   00llllll              l + 1 zeros            01llllll llllllll     l + 1 zeros (up to 16384)
///   1vvvvvll              l + 1 registers (up to 4) of v + 1 (up to 32)
/// </code>
/// Clients can write such bytes themselves, so nothing here trusts them: what does not come to 16384 registers exactly
/// is corrupt. Reading is here; changing in <see cref="HllSparseChange"/>.
/// </summary>
internal static class HllSparse
{
    public const int RankMax = 32;
    public const int RunMax = 4;

    private const int ShortZerosMax = 64;

    /// <summary>
    /// Reads the run at a place: its length, its value, and the bytes it takes; false where the bytes end.
    /// </summary>
    public static bool TryRun(ReadOnlySpan<byte> runs, int at, out int length, out int rank, out int bytes)
    {
        byte lead = runs[at];
        bytes = 1;
        if (lead >= 0x80)
        {
            length = (lead & 3) + 1;
            rank = ((lead >> 2) & 31) + 1;
            return true;
        }
        rank = 0;
        length = (lead & 63) + 1;
        if (lead < 0x40) return true;
        if (at + 1 >= runs.Length) return false;
        bytes = 2;
        length = (((lead & 63) << 8) | runs[at + 1]) + 1;
        return true;
    }

    /// <summary>A run of registers of one value as its byte.</summary>
    public static byte RunOf(int rank, int length) => (byte)(0x80 | ((rank - 1) << 2) | (length - 1));

    /// <summary>Writes a run of zeros in its shortest form; returns its bytes, 1 or 2.</summary>
    public static int WriteZeros(Span<byte> target, int length)
    {
        int told = length - 1;
        if (length <= ShortZerosMax)
        {
            target[0] = (byte)told;
            return 1;
        }
        target[0] = (byte)(0x40 | (told >> 8));
        target[1] = (byte)told;
        return 2;
    }

    /// <summary>Raises each of 16384 byte registers to what the runs have; false if they are corrupt.</summary>
    public static bool TryMergeInto(ReadOnlySpan<byte> value, Span<byte> registers)
    {
        ReadOnlySpan<byte> runs = value[HllFormat.HeaderBytes..];
        int index = 0;
        for (int at = 0; at < runs.Length;)
        {
            if (!TryRun(runs, at, out int length, out int rank, out int bytes)) return false;
            if (length > HllFormat.RegisterCount - index) return false;
            if (rank > 0)
            {
                foreach (ref byte register in registers.Slice(index, length))
                    register = Math.Max(register, (byte)rank);
            }
            index += length;
            at += bytes;
        }
        return index == HllFormat.RegisterCount;
    }

    /// <summary>Counts how many registers have which value; false if the runs are corrupt.</summary>
    public static bool TryCount(ReadOnlySpan<byte> value, Span<int> counts)
    {
        ReadOnlySpan<byte> runs = value[HllFormat.HeaderBytes..];
        counts.Clear();
        int index = 0;
        for (int at = 0; at < runs.Length;)
        {
            if (!TryRun(runs, at, out int length, out int rank, out int bytes)) return false;
            counts[rank] += length;
            index += length;
            at += bytes;
            if (index > HllFormat.RegisterCount) return false;
        }
        return index == HllFormat.RegisterCount;
    }
}
