namespace FastShard.Engine.Keyspaces;

/// <summary>One shard's counts; written by whoever holds the shard, summed by INFO.</summary>
public sealed class KeyspaceCounters
{
    /// <summary>Successful look-ups by read commands.</summary>
    public long Hits;

    /// <summary>Failed look-ups by read commands.</summary>
    public long Misses;

    /// <summary>Keys removed because their deadline had passed.</summary>
    public long Expired;

    /// <summary>Fields of hashes removed because their deadline had passed.</summary>
    public long ExpiredFields;

    /// <summary>Keys removed to make room.</summary>
    public long Evicted;

    /// <summary>Keys of flushed databases, and large values that were removed, freed since.</summary>
    public long LazyFreed;

    /// <summary>Changes since the start or the last save.</summary>
    public long Dirty;

    /// <summary>Changes by commands alone: keys that were removed for their age or to make room do not count.</summary>
    public long Changes => Dirty - Expired - Evicted - Forgotten;

    // What was removed before the statistics were set back.
    private long Forgotten { get; set; }

    /// <summary>Microseconds spent in active expiry.</summary>
    public long ExpireCycleMicros;

    /// <summary>Rounds of active expiry that ended at their budget.</summary>
    public long ExpireCycleBudgetReached;

    /// <summary>Decayed share of expired keys among the sampled, in percent.</summary>
    public double StalePercent;

    /// <summary>Sets the statistics (not the changes) back to zero: CONFIG RESETSTAT.</summary>
    public void Reset()
    {
        Forgotten += Expired + Evicted;
        Hits = Misses = Expired = ExpiredFields = Evicted = LazyFreed = 0;
        ExpireCycleMicros = ExpireCycleBudgetReached = 0;
        StalePercent = 0;
    }
}
