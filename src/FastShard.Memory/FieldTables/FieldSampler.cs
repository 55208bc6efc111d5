namespace FastShard.Memory;

/// <summary>
/// Random elements of a <see cref="FieldTable"/>, exactly fair: a random cell of the index as it would be if every
/// segment filled one place with the most buckets, drawn again until it is one that there is and that is used.
/// </summary>
internal static unsafe class FieldSampler
{
    // A segment is at least half full and has at least half the buckets of the largest, nearly always; what is left
    // after so many draws is a table that was emptied unevenly.
    private const int Draws = 128;
    private const uint MaxCells = IndexSteps.MaxBuckets * Bucket.Cells;

    internal static bool TrySample(ShardHeap heap, SlotHeader* index, ref ulong random, out FieldEntry entry)
    {
        entry = default;
        if (index->KeyCount == 0) return false;
        int places = SlotIndex.Places(index);
        for (int draw = 0; draw < Draws; draw++)
        {
            ulong bits = KeySampler.NextRandom(ref random);
            int place = (int)bits & (places - 1);
            Segment* segment = SlotIndex.PlaceAt(index, place);
            // Only the first place of a row counts: a segment of a wide range is not to be met more often.
            if ((place & (SlotIndex.RowLength(index, segment) - 1)) != 0) continue;
            uint cells = (uint)segment->BucketCount * Bucket.Cells;
            uint at = (uint)(((bits >> 32) * (places == 1 ? cells : MaxCells)) >> 32);
            if (at < cells && TryTake(heap, segment, at, out entry)) return true;
        }
        return FromSomewhere(heap, index, ref random, out entry);
    }

    /// <summary>The first element from a random place on.</summary>
    private static bool FromSomewhere(ShardHeap heap, SlotHeader* index, ref ulong random, out FieldEntry entry)
    {
        int places = SlotIndex.Places(index);
        int start = (int)KeySampler.NextRandom(ref random) & (places - 1);
        for (int step = 0; step < places; step++)
        {
            Segment* segment = SlotIndex.PlaceAt(index, (start + step) & (places - 1));
            uint cells = (uint)segment->BucketCount * Bucket.Cells;
            if (cells == 0) continue;
            uint first = (uint)(KeySampler.NextRandom(ref random) % cells);
            for (uint at = 0; at < cells; at++)
            {
                if (TryTake(heap, segment, (first + at) % cells, out entry)) return true;
            }
        }
        entry = default;
        return false;
    }

    private static bool TryTake(ShardHeap heap, Segment* segment, uint at, out FieldEntry entry)
    {
        byte* bucket = segment->Buckets + (at / Bucket.Cells * Bucket.Bytes);
        int cell = (int)(at % Bucket.Cells);
        ulong reference = Bucket.ReadCell(bucket, cell) & Bucket.ReferenceMask;
        entry = reference == 0 ? default : new FieldEntry(heap.Resolve(reference), bucket + cell);
        return reference != 0;
    }
}
