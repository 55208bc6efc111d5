namespace FastShard.Engine.Eviction;

/// <summary>What gives way when memory is short.</summary>
public enum EvictionPolicy : byte
{
    /// <summary>Nothing: commands that may need memory are refused.</summary>
    NoEviction,

    /// <summary>The least recently used of all keys.</summary>
    AllKeysLru,

    /// <summary>The least frequently used of all keys.</summary>
    AllKeysLfu,

    /// <summary>Any key.</summary>
    AllKeysRandom,

    /// <summary>The least recently used of the keys with a deadline.</summary>
    VolatileLru,

    /// <summary>The least frequently used of the keys with a deadline.</summary>
    VolatileLfu,

    /// <summary>Any key with a deadline.</summary>
    VolatileRandom,

    /// <summary>The key whose deadline is nearest.</summary>
    VolatileTtl,
}
