// Keys whose deadline has passed are removed when somebody asks for them, and here when nobody does.
//
// A walk goes round all keys with a deadline, slot after slot and database after database, in calls of bounded length.
// It has two speeds. At leisure it is paid for by the clock: so many keys a second that a round takes about 100
// seconds (10 with the highest effort), so nothing stays for ever. When more than a tenth of the keys it meets have
// expired (less, with more effort) it keeps going, call after call, until that is no longer so: memory of dead keys
// stays below about a tenth of the living, which is also Redis's aim.
//
// No clock is read: the caller's turn has set NowMillis, and the length of a call is counted in keys.

using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Expiry;

/// <summary>Removes expired keys that nobody asks for.</summary>
public static class ActiveExpiry
{
    /// <summary>Keys visited at most in one call.</summary>
    public const int VisitsPerCall = 1024;

    // And elements of the values of such keys: a key may have some hundred that go with it.
    private const int ElementsPerCall = 4096;

    // The share of expired keys is judged by so many visits at a time.
    private const int RoundKeys = 64;
    private const int StepKeysMax = 32;
    private const long RoundMillisAtEffortOne = 100_000;
    private const int EffortMax = 10;
    private const double StaleDecay = 0.95;

    /// <summary>
    /// One call of the walk, with active-expire-effort 1 to 10. True when there is reason to call again in the next
    /// turn and not only with the next tick.
    /// </summary>
    public static bool Run(Keyspace keyspace, int effort)
    {
        if (keyspace.KeepsExpired) return false;
        ExpiryWalk walk = keyspace.ExpiryWalk;
        long total = VolatileCount(keyspace);
        if (total == 0)
        {
            walk.LastMillis = keyspace.NowMillis;
            walk.Owed = 0;
            return false;
        }
        effort = Math.Clamp(effort, 1, EffortMax);
        Charge(keyspace, total, effort);
        int acceptablePercent = EffortMax - effort;
        int left = VisitsPerCall;
        bool isStale = true;
        long erasedMax = keyspace.Heap.ErasedElements + ElementsPerCall;
        while (left > 0 && (isStale || walk.Owed > 0))
        {
            int visited = VisitRound(keyspace, erasedMax, out int expired);
            if (visited == 0) break;
            left -= visited;
            walk.Owed -= visited;
            isStale = expired * 100 > visited * acceptablePercent;
            NoteStale(keyspace.Counters, 100.0 * expired / visited);
            if (keyspace.Heap.ErasedElements >= erasedMax) left = 0;
        }
        if (left <= 0 && isStale) keyspace.Counters.ExpireCycleBudgetReached++;
        return left <= 0 && (isStale || walk.Owed > 0);
    }

    private static long VolatileCount(Keyspace keyspace)
    {
        long count = 0;
        for (int index = 0; index < keyspace.DatabaseCount; index++)
            count += keyspace.Existing(index)?.Table.VolatileCount ?? 0;
        return count;
    }

    // Adds what the time since the last call is worth, one round at least.
    private static void Charge(Keyspace keyspace, long total, int effort)
    {
        ExpiryWalk walk = keyspace.ExpiryWalk;
        long elapsed = walk.LastMillis == 0 ? 0 : Math.Max(keyspace.NowMillis - walk.LastMillis, 0);
        walk.LastMillis = keyspace.NowMillis;
        double due = (double)total * elapsed * effort / RoundMillisAtEffortOne;
        // More than a whole round is never owed, however long the shard slept.
        walk.Owed = Math.Min(Math.Max(walk.Owed, 0) + due, total);
    }

    /// <summary>Visits about <see cref="RoundKeys"/> keys with a deadline; 0 if there are none left.</summary>
    private static int VisitRound(Keyspace keyspace, long erasedMax, out int expired)
    {
        int visited = 0;
        expired = 0;
        // Databases with nothing to visit are passed, each once.
        for (int passed = 0; visited < RoundKeys && passed <= keyspace.DatabaseCount;)
        {
            if (keyspace.Heap.ErasedElements >= erasedMax) break;
            if (TryFindSlot(keyspace, out Database? database)) visited += VisitSlot(database!, ref expired);
            else passed++;
        }
        return visited;
    }

    /// <summary>Moves the walk to the next slot with deadlines; false at the end of a database.</summary>
    private static bool TryFindSlot(Keyspace keyspace, out Database? database)
    {
        ExpiryWalk walk = keyspace.ExpiryWalk;
        database = keyspace.Existing(walk.Database);
        int slot = database?.Table.NextVolatileSlot(walk.Slot) ?? -1;
        if (slot < 0)
        {
            EndDatabase(keyspace);
            return false;
        }
        // The deadlines of what is not to be seen are another server's business.
        while (slot >= 0 && keyspace.Hidden is { } hidden && hidden.Has(slot))
            slot = slot + 1 < KeySlot.Count ? database!.Table.NextVolatileSlot(slot + 1) : -1;
        if (slot < 0)
        {
            EndDatabase(keyspace);
            return false;
        }
        if (slot != walk.Slot) walk.Position = 0;
        walk.Slot = slot;
        return true;
    }

    private static void EndDatabase(Keyspace keyspace)
    {
        ExpiryWalk walk = keyspace.ExpiryWalk;
        walk.Database = (walk.Database + 1) % keyspace.DatabaseCount;
        walk.Slot = 0;
        walk.Position = 0;
    }

    private static int VisitSlot(Database database, ref int expired)
    {
        ExpiryWalk walk = database.Owner.ExpiryWalk;
        Span<Entry> found = stackalloc Entry[StepKeysMax];
        uint position = walk.Position;
        int count = database.Table.Scan(walk.Slot, ref position, found, volatileOnly: true);
        foreach (Entry entry in found[..count])
        {
            if (!database.IsExpired(entry)) continue;
            database.RemoveExpired(entry);
            expired++;
        }
        walk.Position = position;
        if (position == 0) walk.Slot++;
        return count;
    }

    private static void NoteStale(KeyspaceCounters counters, double percent) =>
        counters.StalePercent = (counters.StalePercent * StaleDecay) + (percent * (1 - StaleDecay));
}
