namespace FastShard.Persistence.Snapshots;

/// <summary>What is written of how keys are used: what the eviction policy goes by.</summary>
public enum UsageNotes
{
    None,

    /// <summary>Seconds since the last use, for LRU.</summary>
    IdleTime,

    /// <summary>The frequency, for LFU.</summary>
    Frequency,
}
