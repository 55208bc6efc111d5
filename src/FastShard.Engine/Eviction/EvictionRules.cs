namespace FastShard.Engine.Eviction;

/// <summary>A policy, and from how many sampled keys each victim is chosen.</summary>
public readonly record struct EvictionRules(EvictionPolicy Policy, int Samples)
{
    /// <summary>Only keys with a deadline may be evicted.</summary>
    public bool IsVolatileOnly => Policy >= EvictionPolicy.VolatileLru;

    /// <summary>Keys are compared by how often they were used.</summary>
    public bool IsLfu => Policy is EvictionPolicy.AllKeysLfu or EvictionPolicy.VolatileLfu;

    /// <summary>Keys are not compared at all.</summary>
    public bool IsRandom => Policy is EvictionPolicy.AllKeysRandom or EvictionPolicy.VolatileRandom;
}
