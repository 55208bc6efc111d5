namespace FastShard.Memory;

/// <summary>
/// Picks random keys: a slot with a chance as its number of keys, there a random place, and from it on at most a few
/// keys, since neighbours come cheap once a bucket is read but keys of one slot may be relatives (hash tags).
/// </summary>
internal static unsafe class KeySampler
{
    private const int KeysPerPick = 4;

    internal static int Sample(KeyTable table, ref ulong randomState, bool volatileOnly, Span<Entry> output)
    {
        long total = volatileOnly ? table.VolatileCount : table.Count;
        if (total == 0 || output.IsEmpty) return 0;
        int wanted = (int)Math.Min(total, output.Length);
        int count = 0;
        // Picks may meet the same place again, so there is an end to trying.
        for (int picks = 0; picks < 2 + (2 * wanted) && count < wanted; picks++)
        {
            ulong random = NextRandom(ref randomState);
            int slot = table.Slots.SlotOfRank((long)Math.BigMul(random, (ulong)total, out _), volatileOnly);
            Pick(table, slot, volatileOnly, NextRandom(ref randomState), output[..wanted], ref count);
        }
        return count;
    }

    private static void Pick(
        KeyTable table, int slot, bool volatileOnly, ulong random, Span<Entry> output, ref int count)
    {
        SlotHeader* header = table.Header(slot);
        int left = Math.Min(KeysPerPick, output.Length - count);
        int places = SlotIndex.Places(header);
        int place = (int)(random >> 32) & (places - 1);
        // Once round the directory at most; segments without a fitting key are passed in one look.
        for (int visited = 0; visited < places && left > 0;)
        {
            Segment* at = SlotIndex.PlaceAt(header, place);
            int row = SlotIndex.RowLength(header, at);
            Segment* segment = SlotIndex.PlaceAt(header, place & ~(row - 1));
            if ((volatileOnly ? segment->VolatileCount : segment->Count) > 0)
                left -= PickFrom(table, *segment, slot, volatileOnly, (uint)random, left, output, ref count);
            visited += row;
            place = ((place & ~(row - 1)) + row) & (places - 1);
        }
    }

    private static int PickFrom(
        KeyTable table, in Segment segment, int slot, bool volatileOnly, uint random, int left, Span<Entry> output,
        ref int count)
    {
        int before = count;
        byte* bucket = segment.Buckets + ((random >> 8) % segment.BucketCount * Bucket.Bytes);
        uint firstCell = random % Bucket.Cells;
        for (int buckets = 0; buckets < segment.BucketCount; buckets++)
        {
            for (uint step = 0; step < Bucket.Cells; step++)
            {
                int cell = (int)((firstCell + step) % Bucket.Cells);
                ulong value = Bucket.ReadCell(bucket, cell);
                if (value == 0 || (volatileOnly && (value & Bucket.VolatileBit) == 0)) continue;
                byte* block = table.Heap.Resolve(value & Bucket.ReferenceMask);
                if (Contains(output[..count], block)) continue;
                output[count++] = new Entry(block, bucket + cell, slot);
                if (count - before == left) return left;
            }
            bucket = segment.After(bucket);
        }
        return count - before;
    }

    private static bool Contains(ReadOnlySpan<Entry> entries, byte* block)
    {
        foreach (Entry entry in entries)
        {
            if (entry.Block == block) return true;
        }
        return false;
    }

    // SplitMix64: any state is a good one, also 0.
    private static ulong NextRandom(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
