using System.Runtime.Intrinsics.X86;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Frees entries: one, those of a segment, or a slot with its index. The table's own books are left to the caller.
/// </summary>
internal static unsafe class SlotEraser
{
    internal static void FreeEntry(ShardHeap heap, SlotHeader* header, ulong reference, byte* block)
    {
        if (EntryLayout.IsBlob(block))
        {
            Blob blob = EntryLayout.BlobOf(block);
            header->AllocatedBytes -= blob.AllocatedBytes;
            blob.Release();
        }
        else if (EntryLayout.IsStructure(block))
        {
            StructureEraser.Free(heap, header, block);
        }
        int size = EntryLayout.Size(block);
        header->AllocatedBytes -= ShardHeap.BlockBytes(block, size);
        heap.Free(reference, block, size);
    }

    /// <summary>Frees the entries of a segment; its cells go on naming them, so its buckets must go next.</summary>
    internal static void FreeEntries(ShardHeap heap, SlotHeader* header, Segment* segment)
    {
        for (byte* bucket = segment->Buckets; bucket < segment->End; bucket += Bucket.Bytes)
        {
            PrefetchCells(heap, bucket);
            for (int cell = 0; cell < Bucket.Cells; cell++)
            {
                ulong reference = Bucket.ReadCell(bucket, cell) & Bucket.ReferenceMask;
                if (reference != 0) FreeEntry(heap, header, reference, heap.Resolve(reference));
            }
        }
    }

    /// <summary>Frees all that a slot owns. Its counts stay, for the caller to take from the table's.</summary>
    internal static void FreeSlot(ShardHeap heap, SlotHeader* header)
    {
        int row;
        for (int place = 0; place < SlotIndex.Places(header); place += row)
        {
            Segment* segment = SlotIndex.PlaceAt(header, place);
            row = SlotIndex.RowLength(header, segment);
            FreeEntries(heap, header, segment);
        }
        SlotIndex.FreeAll(heap, header);
        Invariant.Slow(header->AllocatedBytes == 0);
    }

    /// <summary>The sum of a slot's deadlines.</summary>
    internal static long SumExpiry(ShardHeap heap, SlotHeader* header)
    {
        long sum = 0;
        int row;
        for (int place = 0; place < SlotIndex.Places(header); place += row)
        {
            Segment* segment = SlotIndex.PlaceAt(header, place);
            row = SlotIndex.RowLength(header, segment);
            for (byte* bucket = segment->Buckets; bucket < segment->End; bucket += Bucket.Bytes)
                sum += SumExpiry(heap, bucket);
        }
        return sum;
    }

    private static long SumExpiry(ShardHeap heap, byte* bucket)
    {
        long sum = 0;
        for (int cell = 0; cell < Bucket.Cells; cell++)
        {
            ulong value = Bucket.ReadCell(bucket, cell);
            if ((value & Bucket.VolatileBit) != 0)
                sum += *EntryLayout.Expiry(heap.Resolve(value & Bucket.ReferenceMask));
        }
        return sum;
    }

    private static void PrefetchCells(ShardHeap heap, byte* bucket)
    {
        if (!Sse.IsSupported) return;
        for (int cell = 0; cell < Bucket.Cells; cell++)
            Sse.Prefetch0(heap.Resolve(Bucket.ReadCell(bucket, cell) & Bucket.ReferenceMask));
    }
}
