namespace FastShard.Server.Configuration;

/// <summary>What gives way when maxmemory is reached.</summary>
public enum MaxMemoryPolicy
{
    NoEviction,
    VolatileLru,
    VolatileLfu,
    VolatileRandom,
    VolatileTtl,
    AllKeysLru,
    AllKeysLfu,
    AllKeysRandom,
}
