using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// A run of 1 to 64 buckets over one range of hashes: a whole slot, or the part of it whose hashes begin with the
/// same Depth bits. The tag of a key is the 16 hash bits after those, and it alone tells the home bucket:
/// <c>tag * buckets / 65536</c>. So keys lie in the order of their hashes whatever the number of buckets, which is
/// what SCAN stands on, and a segment grows or shrinks by moving cells, without looking at a single key.
/// A key without room at home goes to the next bucket with room, round the end; see Bucket for the counters.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct Segment
{
    internal const int Bytes = 16;

    /// <summary>In the place of a bucket count: Buckets is a directory of 2^Depth segments.</summary>
    internal const byte DirectoryMark = 255;

    [FieldOffset(0)] internal byte* Buckets;
    [FieldOffset(8)] internal ushort Count;
    [FieldOffset(10)] internal ushort VolatileCount;
    [FieldOffset(12)] internal byte BucketCount;
    [FieldOffset(13)] internal byte Depth;

    internal readonly bool IsDirectory => BucketCount == DirectoryMark;

    internal readonly byte* End => Buckets + (BucketCount * Bucket.Bytes);

    /// <summary>The tag of a hash under a prefix of so many bits; never 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ushort TagOf(ulong hash, int depth)
    {
        uint tag = (uint)((hash << depth) >> 48);
        // 0 marks empty cells; 1 has the same home as 0 for any number of buckets.
        return (ushort)(tag == 0 ? 1 : tag);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int HomeOf(ushort tag, int buckets) => (int)(((uint)tag * (uint)buckets) >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly byte* HomeOf(ushort tag) => Buckets + (HomeOf(tag, BucketCount) * Bucket.Bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly byte* After(byte* bucket)
    {
        bucket += Bucket.Bytes;
        return bucket == End ? Buckets : bucket;
    }

    /// <summary>Finds a key; its cell is bucket address plus number of the cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool TryFind<TBlock>(
        nint* regions, ushort tag, ReadOnlySpan<byte> key, out byte* block, out byte* cell)
        where TBlock : struct, IIndexed
    {
        int left = BucketCount;
        byte* bucket = HomeOf(tag);
        while (left-- > 0)
        {
            for (uint match = Bucket.Match(bucket, tag); match != 0; match &= match - 1)
            {
                int found = Bucket.CellOf(match);
                block = ShardHeap.Resolve(regions, Bucket.ReadCell(bucket, found) & Bucket.ReferenceMask);
                if (!TBlock.HasKey(block, key)) continue;
                cell = bucket + found;
                return true;
            }
            if (bucket[Bucket.OverflowOffset] == 0) break;
            bucket = After(bucket);
        }
        block = null;
        cell = null;
        return false;
    }

    /// <summary>Puts a cell into the first bucket with room from its home on; there must be room. Returns it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly byte* Place(ushort tag, ulong value)
    {
        byte* bucket = HomeOf(tag);
        uint empty;
        while ((empty = Bucket.Match(bucket, 0)) == 0)
        {
            if (bucket[Bucket.OverflowOffset] != Bucket.OverflowStuck) bucket[Bucket.OverflowOffset]++;
            bucket = After(bucket);
        }
        int cell = Bucket.CellOf(empty);
        Bucket.WriteCell(bucket, cell, value);
        Bucket.WriteTag(bucket, cell, tag);
        return bucket + cell;
    }

    /// <summary>Empties a cell.</summary>
    internal readonly void Erase(byte* cell)
    {
        byte* bucket = CellBucket(cell);
        int place = CellPlace(cell);
        ushort tag = Bucket.TagAt(bucket, place);
        for (byte* passed = HomeOf(tag); passed != bucket; passed = After(passed))
        {
            if (passed[Bucket.OverflowOffset] != Bucket.OverflowStuck) passed[Bucket.OverflowOffset]--;
        }
        Bucket.WriteCell(bucket, place, 0);
        Bucket.WriteTag(bucket, place, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* CellBucket(byte* cell) => (byte*)((nuint)cell & ~((nuint)Bucket.Bytes - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CellPlace(byte* cell) => (int)((nuint)cell & (Bucket.Bytes - 1));
}
