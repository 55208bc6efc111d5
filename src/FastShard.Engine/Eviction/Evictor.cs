using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Eviction;

/// <summary>
/// Lets keys go to make room on one shard. Each victim is the coldest of a few sampled keys and of what earlier
/// samples left in the pool; expired keys that are met go first and for free.
/// </summary>
public static class Evictor
{
    private const int SamplesMax = 64;

    // A pool whose candidates all turned out to be gone or used again is filled this often before any key will do.
    private const int RoundsMax = 4;
    private const int HiddenTries = 64;

    /// <summary>
    /// Evicts keys of <paramref name="keyspace"/> until about so many bytes are freed, <paramref name="budget"/> keys
    /// at most. What flushed databases and large values left goes first.
    /// </summary>
    public static EvictionOutcome EvictSome(Keyspace keyspace, EvictionRules rules, long bytesToFree, int budget)
    {
        long freed = Reclaim(keyspace, bytesToFree, budget);
        if (rules.Policy == EvictionPolicy.NoEviction)
            return freed >= bytesToFree ? EvictionOutcome.Done : EvictionOutcome.NothingToEvict;
        for (int evicted = 0; freed < bytesToFree; evicted++)
        {
            if (evicted == budget) return EvictionOutcome.OutOfBudget;
            long bytes = rules.IsRandom ? EvictAny(keyspace, rules) : EvictColdest(keyspace, rules);
            if (bytes == 0) return EvictionOutcome.NothingToEvict;
            freed += bytes;
        }
        return EvictionOutcome.Done;
    }

    private static long Reclaim(Keyspace keyspace, long bytesToFree, int budget)
    {
        long before = keyspace.Heap.UsedBytes;
        long freed = 0;
        while (freed < bytesToFree && budget > 0 && (keyspace.DetachedBytes > 0 || keyspace.Heap.DyingElements > 0))
        {
            keyspace.ReclaimSome(budget);
            freed = before - keyspace.Heap.UsedBytes;
            budget -= budget / 2 + 1;
        }
        return freed;
    }

    private static long EvictAny(Keyspace keyspace, EvictionRules rules)
    {
        Span<Entry> sample = [default];
        for (int round = 0; round < RoundsMax; round++)
        {
            if (!TryPickDatabase(keyspace, rules, out Database? database)) return 0;
            database!.Table.Sample(ref keyspace.RandomState, rules.IsVolatileOnly, sample);
            if (!IsHidden(keyspace, sample[0]) && !IsCopied(keyspace, sample[0]))
                return Evict(database, ref sample[0], KeyHash.Of(sample[0].Key));
        }
        return 0;
    }

    private static long EvictColdest(Keyspace keyspace, EvictionRules rules)
    {
        for (int round = 0; round < RoundsMax; round++)
        {
            if (!TryPickDatabase(keyspace, rules, out Database? database)) return 0;
            long expired = FillPool(keyspace, database!, rules);
            if (expired > 0) return expired;
            while (keyspace.EvictionPool.TryTake(out EvictionCandidate candidate))
            {
                if (TryFindAgain(keyspace, rules, candidate, out Database? home, out Entry entry))
                    return Evict(home!, ref entry, candidate.Hash);
            }
        }
        return EvictAny(keyspace, rules);
    }

    /// <summary>Samples keys into the pool. An expired one is removed at once, and its size is returned.</summary>
    private static long FillPool(Keyspace keyspace, Database database, EvictionRules rules)
    {
        Span<Entry> samples = stackalloc Entry[SamplesMax];
        samples = samples[..Math.Clamp(rules.Samples, 1, SamplesMax)];
        int count = database.Table.Sample(ref keyspace.RandomState, rules.IsVolatileOnly, samples);
        for (int index = 0; index < count; index++)
        {
            ref Entry entry = ref samples[index];
            if (IsHidden(keyspace, entry)) continue;
            if (database.IsExpired(entry) && !keyspace.KeepsExpired)
            {
                long bytes = entry.AllocatedBytes;
                database.RemoveExpired(ref entry, KeyHash.Of(entry.Key));
                return bytes;
            }
            if (IsCopied(keyspace, entry)) continue;
            keyspace.EvictionPool.Offer(database.Index, entry, Coldness(keyspace, rules, entry));
        }
        return 0;
    }

    /// <summary>Whether a candidate still exists and was not used since; then it is a victim.</summary>
    private static bool TryFindAgain(
        Keyspace keyspace, EvictionRules rules, EvictionCandidate candidate, out Database? home, out Entry entry)
    {
        entry = default;
        home = keyspace.Existing(candidate.Database);
        return home is not null
            && keyspace.Hidden?.Has(candidate.Slot) != true
            && home.Table.TryFind(candidate.Slot, candidate.Hash, candidate.Key, out entry)
            && (!rules.IsVolatileOnly || entry.HasExpiry)
            && !IsCopied(keyspace, entry)
            && Coldness(keyspace, rules, entry) >= candidate.Coldness;
    }

    // Other shards answer from a copy, and would have to be told first. It is read all the time.
    private static bool IsCopied(Keyspace keyspace, in Entry entry) => keyspace.Spread?.HasCopyIn(entry.Slot) == true;

    private static bool IsHidden(Keyspace keyspace, in Entry entry) =>
        keyspace.Hidden is { } hidden && hidden.Has(entry.Slot);

    private static ulong Coldness(Keyspace keyspace, EvictionRules rules, in Entry entry) =>
        rules.Policy == EvictionPolicy.VolatileTtl
            ? ulong.MaxValue - (ulong)entry.ExpiryMillis
            : keyspace.AccessClock.Coldness(entry, keyspace.NowMillis);

    private static long Evict(Database database, ref Entry entry, ulong hash)
    {
        long bytes = entry.AllocatedBytes;
        database.RemoveEvicted(ref entry, hash);
        return bytes;
    }

    /// <summary>A database by chance, weighted by how many keys of it may be evicted.</summary>
    private static bool TryPickDatabase(Keyspace keyspace, EvictionRules rules, out Database? database)
    {
        database = null;
        long total = 0;
        for (int index = 0; index < keyspace.DatabaseCount; index++)
        {
            long count = CountOf(keyspace.Existing(index), rules);
            if (count == 0) continue;
            total += count;
            // Each one takes the place of those before it with its share of the total: no second walk.
            if (count == total || SplitMix.Below(ref keyspace.RandomState, total) < count)
                database = keyspace.Existing(index);
        }
        return database is not null;
    }

    private static long CountOf(Database? database, EvictionRules rules) =>
        database is null ? 0 : rules.IsVolatileOnly ? database.Table.VolatileCount : database.Table.Count;
}
