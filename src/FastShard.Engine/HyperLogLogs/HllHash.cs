using System.Buffers.Binary;
using System.Numerics;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>
/// Which register an element counts into and what it says there: MurmurHash64A with the seed that all servers of this
/// protocol share, so that their HyperLogLogs can be merged.
/// </summary>
internal static class HllHash
{
    private const ulong Seed = 0xadc83b19;
    private const ulong Factor = 0xc6a4a7935bd1e995;
    private const int Shift = 47;
    private const int IndexBits = 14;

    /// <summary>The register's index, and the place of the first set bit of the rest, from 1 on.</summary>
    public static int Place(ReadOnlySpan<byte> element, out int rank)
    {
        ulong hash = Murmur(element);
        ulong rest = (hash >> IndexBits) | (1UL << (HllFormat.RankMax - 1));
        rank = BitOperations.TrailingZeroCount(rest) + 1;
        return (int)(hash & (HllFormat.RegisterCount - 1));
    }

    private static ulong Murmur(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Seed ^ ((ulong)bytes.Length * Factor);
        while (bytes.Length >= sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) * Factor;
            word = (word ^ (word >> Shift)) * Factor;
            hash = (hash ^ word) * Factor;
            bytes = bytes[sizeof(ulong)..];
        }
        if (!bytes.IsEmpty)
        {
            ulong tail = 0;
            for (int index = bytes.Length - 1; index >= 0; index--) tail = (tail << 8) | bytes[index];
            hash = (hash ^ tail) * Factor;
        }
        hash = (hash ^ (hash >> Shift)) * Factor;
        return hash ^ (hash >> Shift);
    }
}
