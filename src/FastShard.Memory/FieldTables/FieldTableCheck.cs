using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>The invariants of a <see cref="FieldTable"/>, walked over for tests.</summary>
internal static unsafe class FieldTableCheck
{
    internal static void Run(ShardHeap heap, FieldTableRoot* root)
    {
        SlotHeader* index = &root->Index;
        (long keys, long withDeadline, long bytes) = (0, 0, 0);
        int row;
        for (int place = 0; place < SlotIndex.Places(index); place += row)
        {
            Segment* segment = SlotIndex.PlaceAt(index, place);
            row = SlotIndex.RowLength(index, segment);
            Invariant.Check((place & (row - 1)) == 0);
            for (int other = 1; other < row; other++)
                Invariant.Check(segment[other].Buckets == segment->Buckets && segment[other].Depth == segment->Depth);
            ulong prefix = segment->Depth == 0 ? 0 : (ulong)place << (64 - index->Root.Depth);
            (int count, int volatileCount) = Segment(heap, segment, prefix, ref bytes);
            Invariant.Check(count == segment->Count && volatileCount == segment->VolatileCount);
            Invariant.Check(count <= IndexSteps.LimitOf(Math.Max((int)segment->BucketCount, 1)));
            if (segment->BucketCount > 0)
                bytes += ShardHeap.BlockBytes(segment->Buckets, segment->BucketCount * Bucket.Bytes);
            keys += count;
            withDeadline += volatileCount;
        }
        if (index->Root.IsDirectory)
            bytes += ShardHeap.BlockBytes(index->Root.Buckets, Memory.Segment.Bytes << index->Root.Depth);
        Invariant.Check(keys == root->Head.Count && keys == index->KeyCount && withDeadline == index->VolatileCount);
        // Guarded blocks are counted by their own rounding.
        if (!heap.IsGuarded) Invariant.Check(bytes == root->Head.HeldBytes);
    }

    private static (int Count, int VolatileCount) Segment(
        ShardHeap heap, Segment* segment, ulong prefix, ref long bytes)
    {
        (int count, int volatileCount) = (0, 0);
        Span<int> overflow = stackalloc int[IndexSteps.MaxBuckets];
        overflow.Clear();
        for (byte* bucket = segment->Buckets; bucket < segment->End; bucket += Bucket.Bytes)
        {
            for (int cell = 0; cell < Bucket.Cells; cell++)
            {
                ulong value = Bucket.ReadCell(bucket, cell);
                ushort tag = Bucket.TagAt(bucket, cell);
                Invariant.Check(value == 0 == (tag == 0));
                if (value == 0) continue;
                byte* block = heap.Resolve(value & Bucket.ReferenceMask);
                ulong hash = FieldBlock.HashOf(block);
                Invariant.Check(tag == Memory.Segment.TagOf(hash, segment->Depth));
                Invariant.Check(segment->Depth == 0 || (hash ^ prefix) >> (64 - segment->Depth) == 0);
                Invariant.Check(FieldBlock.HasDeadline(block) == ((value & Bucket.VolatileBit) != 0));
                count++;
                if (FieldBlock.HasDeadline(block)) volatileCount++;
                bytes += ShardHeap.BlockBytes(block, FieldBlock.Size(block));
                for (byte* passed = segment->HomeOf(tag); passed != bucket; passed = segment->After(passed))
                    overflow[(int)((passed - segment->Buckets) / Bucket.Bytes)]++;
            }
        }
        for (int place = 0; place < segment->BucketCount; place++)
        {
            byte told = segment->Buckets[(place * Bucket.Bytes) + Bucket.OverflowOffset];
            Invariant.Check(told == overflow[place] || told == Bucket.OverflowStuck);
        }
        return (count, volatileCount);
    }
}
