namespace FastShard.Memory;

/// <summary>
/// Picks random keys: a slot with a chance as its number of keys, and there a random cell. One key a pick: neighbours
/// would come cheap, but crowded slots would give more of them, and keys of one slot may be relatives (hash tags).
/// </summary>
internal static unsafe class KeySampler
{
    // Segments are half full at least, so nearly all picks end within these.
    private const int RandomTries = 8;

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
            count = Pick(table, slot, volatileOnly, ref randomState, output, count);
        }
        return count;
    }

    /// <summary>Adds one key of the slot that is not in the output yet, if there is one.</summary>
    private static int Pick(KeyTable table, int slot, bool volatileOnly, ref ulong state, Span<Entry> output, int count)
    {
        SlotHeader* header = table.Header(slot);
        int places = SlotIndex.Places(header);
        int place = (int)NextRandom(ref state) & (places - 1);
        // Once round the directory at most; segments without a fitting key are passed in one look.
        for (int visited = 0; visited < places;)
        {
            int row = SlotIndex.RowLength(header, SlotIndex.PlaceAt(header, place));
            place &= ~(row - 1);
            Segment* segment = SlotIndex.PlaceAt(header, place);
            if ((volatileOnly ? segment->VolatileCount : segment->Count) > 0
                && PickFrom(table, *segment, slot, volatileOnly, ref state, output, count))
                return count + 1;
            visited += row;
            place = (place + row) & (places - 1);
        }
        return count;
    }

    /// <summary>
    /// Tries random cells, which is fair to all keys of the segment, and, where few cells fit, all from the last on.
    /// </summary>
    private static bool PickFrom(
        KeyTable table, in Segment segment, int slot, bool volatileOnly, ref ulong state, Span<Entry> output, int count)
    {
        uint cells = (uint)segment.BucketCount * Bucket.Cells;
        uint at = 0;
        for (int tries = 0; tries < RandomTries + (int)cells; tries++)
        {
            at = tries <= RandomTries ? (uint)(((NextRandom(ref state) >> 32) * cells) >> 32) : (at + 1) % cells;
            byte* bucket = segment.Buckets + (at / Bucket.Cells * Bucket.Bytes);
            int cell = (int)(at % Bucket.Cells);
            ulong value = Bucket.ReadCell(bucket, cell);
            if (value == 0 || (volatileOnly && (value & Bucket.VolatileBit) == 0)) continue;
            byte* block = table.Heap.Resolve(value & Bucket.ReferenceMask);
            if (Contains(output[..count], block)) continue;
            output[count] = new Entry(block, bucket + cell, slot);
            return true;
        }
        return false;
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
    internal static ulong NextRandom(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
