using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Keys;

/// <summary>
/// Goes through one logical database slot by slot, over all shards, and writes the keys that pass a filter. Slots are
/// visited in order and positions inside a slot do not depend on the size of its index, so a key that is there from
/// begin to end of a walk is met, whatever is added or removed meanwhile and whichever shard owns its slot.
/// </summary>
internal static class ScanWalk
{
    private const int StepKeysMax = 32;

    /// <summary>
    /// Visits about <paramref name="budget"/> keys from <paramref name="cursor"/> on, but no slot from
    /// <paramref name="endSlot"/> on; the cursor is then where to go on. Returns how many keys were written. Expired
    /// keys are removed on the way.
    /// </summary>
    public static int Run(
        Dataset dataset, int databaseIndex, ref ScanCursor cursor, int endSlot, long budget, in KeyFilter filter,
        ref ReplyWriter reply)
    {
        Span<Entry> found = stackalloc Entry[StepKeysMax];
        int written = 0;
        int slot = cursor.Slot;
        uint position = cursor.Position;
        while (slot < endSlot)
        {
            int runEnd = Math.Min(dataset.EndOfRun(slot), endSlot);
            Database? database = dataset[dataset.ShardOf(slot)].Existing(databaseIndex);
            int next = database?.Table.NextSlot(slot) ?? -1;
            if (next < 0 || next >= runEnd)
            {
                (slot, position) = (runEnd, 0);
                continue;
            }
            if (next != slot) (slot, position) = (next, 0);
            if (database!.Owner.Hidden is { } hidden && hidden.Has(slot))
            {
                (slot, position) = (slot + 1, 0);
                continue;
            }
            // Asked only now: a walk that has nothing more to find ends at once.
            if (budget <= 0) break;
            int count = database.Table.Scan(slot, ref position, found);
            written += Write(database, found[..count], filter, ref reply);
            budget -= Math.Max(count, 1);
            if (position == 0) slot++;
        }
        cursor = new ScanCursor(slot, position);
        return written;
    }

    private static int Write(
        Database database, scoped ReadOnlySpan<Entry> found, in KeyFilter filter, ref ReplyWriter reply)
    {
        int written = 0;
        int expired = 0;
        foreach (Entry entry in found)
        {
            if (database.IsExpired(entry))
            {
                expired++;
            }
            else if (filter.Accepts(entry))
            {
                reply.Bulk(entry.Key);
                written++;
            }
        }
        if (expired > 0 && !database.Owner.KeepsExpired) RemoveExpired(database, found);
        return written;
    }

    private static void RemoveExpired(Database database, ReadOnlySpan<Entry> found)
    {
        foreach (Entry entry in found)
        {
            if (database.IsExpired(entry)) database.RemoveExpired(entry);
        }
    }
}
