namespace FastShard.Memory;

/// <summary>
/// How a <see cref="FieldTable"/> ends, and how it is doubled: what <see cref="StructureKinds"/> asks for.
/// </summary>
internal static unsafe class FieldTableLife
{
    /// <summary>
    /// Frees segment after segment while there is budget; true when all is freed. The root stands for the rest until
    /// then, and keeps the place in the directory.
    /// </summary>
    internal static bool FreeSome(ShardHeap heap, FieldTableRoot* root, ref int budget)
    {
        SlotHeader* index = &root->Index;
        // What the owner kept here has no meaning any more; a first call finds the table whole.
        int place = root->Head.HeldBytes < 0 ? (int)root->NextCheck : 0;
        root->Head.HeldBytes = -1;
        while (place < SlotIndex.Places(index))
        {
            if (budget <= 0)
            {
                root->NextCheck = place;
                return false;
            }
            Segment* segment = SlotIndex.PlaceAt(index, place);
            place += SlotIndex.RowLength(index, segment);
            root->Head.Count -= segment->Count;
            budget -= segment->Count + 1;
            FreeElements(heap, segment);
            if (segment->BucketCount == 0) continue;
            SlotIndex.FreeBuckets(heap, index, segment->Buckets, segment->BucketCount);
            SlotIndex.SetBuckets(index, segment, null, 0);
        }
        HashIndex<FieldBlock>.FreeAll(heap, index);
        return true;
    }

    /// <summary>Adds copies of all elements to an empty table in any heap.</summary>
    internal static void Copy(ShardHeap from, FieldTableRoot* source, ShardHeap to, FieldTableRoot* target)
    {
        SlotHeader books = default;
        FieldTable copy = new(new StructureHandle(to, &books, (StructureRoot*)target));
        foreach (FieldEntry entry in new FieldWalk(from, &source->Index))
        {
            if (entry.HasValue) copy.Set(entry.Field, entry.Value, entry.DeadlineMillis);
            else copy.TryAdd(entry.Field);
        }
        target->NextCheck = source->NextCheck;
    }

    private static void FreeElements(ShardHeap heap, Segment* segment)
    {
        for (byte* bucket = segment->Buckets; bucket < segment->End; bucket += Bucket.Bytes)
        {
            for (int cell = 0; cell < Bucket.Cells; cell++)
            {
                ulong reference = Bucket.ReadCell(bucket, cell) & Bucket.ReferenceMask;
                if (reference == 0) continue;
                byte* block = heap.Resolve(reference);
                heap.Free(reference, block, FieldBlock.Size(block));
            }
        }
    }
}
