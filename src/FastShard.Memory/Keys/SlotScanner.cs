using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// SCAN over one slot, or one table of fields. The position is a place in the order of hashes (their upper 32 bits); a
/// step returns all keys from there up to the end of one bucket's range, or, where not all fit, up to an earlier
/// place. The order does not depend on the number of buckets or segments, so a key that stays in the table from begin
/// to end of a scan is returned exactly once, whatever grows, shrinks, splits or joins between the steps.
/// </summary>
internal static unsafe class SlotScanner
{
    /// <summary>An output must hold this many: as many keys with the same 32 bits of hash can be told apart.</summary>
    internal const int MinOutput = 16;

    private const int PositionBits = 32;
    private const int MaxFound = IndexSteps.MaxBuckets * Bucket.Cells;

    internal static int Scan<TBlock>(
        ShardHeap heap, SlotHeader* header, int slot, bool volatileOnly, ref uint position, Span<Entry> output)
        where TBlock : struct, IIndexed
    {
        Invariant.Check(output.Length >= MinOutput);
        while (header->KeyCount > 0)
        {
            int count = ScanRange<TBlock>(heap, header, slot, volatileOnly, ref position, output);
            if (count > 0 || position == 0) return count;
        }
        position = 0;
        return 0;
    }

    [SkipLocalsInit]
    private static int ScanRange<TBlock>(
        ShardHeap heap, SlotHeader* header, int slot, bool volatileOnly, ref uint position, Span<Entry> output)
        where TBlock : struct, IIndexed
    {
        Segment* segment = SlotIndex.SegmentOf(header, (ulong)position << PositionBits);
        if (volatileOnly && segment->VolatileCount == 0)
        {
            // Of a slot of millions with few deadlines, most segments are passed in one look.
            ulong width = 1UL << (PositionBits - segment->Depth);
            position = (uint)((position & ~(width - 1)) + width);
            return 0;
        }
        Range range = new(*segment, position);
        Span<uint> places = stackalloc uint[MaxFound];
        Span<Entry> found = stackalloc Entry[MaxFound];
        int count = Collect<TBlock>(heap, *segment, slot, volatileOnly, range, places, found);
        if (count <= output.Length)
        {
            found[..count].CopyTo(output);
            position = (uint)range.End; // 2^32, the end of all, is 0
            return count;
        }
        places = places[..count];
        found = found[..count];
        places.Sort(found);
        int fit = output.Length;
        position = places[fit];
        while (fit > 0 && places[fit - 1] == position) fit--;
        if (fit == 0)
        {
            // More keys with one and the same 32 bits than MinOutput: nobody can make that without the seed. Going
            // on is better than going round for ever.
            fit = output.Length;
            position++;
        }
        found[..fit].CopyTo(output);
        return fit;
    }

    private static int Collect<TBlock>(
        ShardHeap heap, in Segment segment, int slot, bool volatileOnly, in Range range, Span<uint> places,
        Span<Entry> found)
        where TBlock : struct, IIndexed
    {
        int count = 0;
        for (int home = range.FirstHome; home <= range.LastHome; home++)
        {
            byte* bucket = segment.Buckets + (home * Bucket.Bytes);
            int left = segment.BucketCount;
            do
            {
                Prefetch(heap, bucket);
                for (int cell = 0; cell < Bucket.Cells; cell++)
                {
                    ushort tag = Bucket.TagAt(bucket, cell);
                    if (tag == 0 || Segment.HomeOf(tag, segment.BucketCount) != home) continue;
                    ulong value = Bucket.ReadCell(bucket, cell);
                    if (volatileOnly && (value & Bucket.VolatileBit) == 0) continue;
                    byte* block = heap.Resolve(value & Bucket.ReferenceMask);
                    uint place = (uint)(TBlock.HashOf(block) >> PositionBits);
                    if (place < range.Start || place >= range.End) continue;
                    places[count] = place;
                    found[count++] = new Entry(block, bucket + cell, slot);
                }
                if (bucket[Bucket.OverflowOffset] == 0) break;
                bucket = segment.After(bucket);
            }
            while (--left > 0);
        }
        return count;
    }

    // The blocks of a bucket lie anywhere: their cache misses overlap when all are asked for first.
    private static void Prefetch(ShardHeap heap, byte* bucket)
    {
        if (!Sse.IsSupported) return;
        uint used = ~Bucket.Match(bucket, 0) & Bucket.AllCells;
        for (; used != 0; used &= used - 1)
            Sse.Prefetch0(heap.Resolve(Bucket.ReadCell(bucket, Bucket.CellOf(used)) & Bucket.ReferenceMask));
    }

    /// <summary>The hash range of the bucket that a position lies in, and the home buckets that it touches.</summary>
    private readonly struct Range
    {
        internal readonly ulong Start;
        internal readonly ulong End;
        internal readonly int FirstHome;
        internal readonly int LastHome;

        internal Range(in Segment segment, uint position)
        {
            int depth = segment.Depth;
            uint buckets = segment.BucketCount;
            ulong first = depth == 0 ? 0 : (ulong)(position >> (PositionBits - depth)) << (PositionBits - depth);
            uint tag = (uint)((ulong)(uint)(position << depth) >> 16);
            FirstHome = Segment.HomeOf((ushort)tag, segment.BucketCount);
            // The first tag of the next bucket. Deep down in a directory a place is coarser than a tag: round up to
            // one that it can tell.
            uint endTag = (uint)((((uint)(FirstHome + 1) << 16) + buckets - 1) / buckets);
            Start = position;
            if (depth <= 16)
            {
                End = first + ((ulong)endTag << (16 - depth));
            }
            else
            {
                int coarse = depth - 16;
                endTag = (endTag + (1u << coarse) - 1) >> coarse << coarse;
                endTag = Math.Min(endTag, 1u << 16);
                End = first + (endTag >> coarse);
            }
            LastHome = Segment.HomeOf((ushort)(endTag - 1), segment.BucketCount);
        }
    }
}
