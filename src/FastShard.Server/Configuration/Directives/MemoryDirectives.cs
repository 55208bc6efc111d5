using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class MemoryDirectives
{
    public static readonly DirectiveGroup Group = new("Memory",
        "How much memory the data may take, what gives way when it is full, and how memory is freed.",
    [
        MemorySize("maxmemory", static o => ref o.MaxMemory, 0, 0,
            "Memory that data and buffers may use; 0 is no limit."),
        Enum("maxmemory-policy", static o => ref o.MaxMemoryPolicy, MaxMemoryPolicy.NoEviction,
        [
            ("volatile-lru", MaxMemoryPolicy.VolatileLru),
            ("volatile-lfu", MaxMemoryPolicy.VolatileLfu),
            ("volatile-random", MaxMemoryPolicy.VolatileRandom),
            ("volatile-ttl", MaxMemoryPolicy.VolatileTtl),
            ("allkeys-lru", MaxMemoryPolicy.AllKeysLru),
            ("allkeys-lfu", MaxMemoryPolicy.AllKeysLfu),
            ("allkeys-random", MaxMemoryPolicy.AllKeysRandom),
            ("noeviction", MaxMemoryPolicy.NoEviction),
        ],
            "Which keys are evicted when memory is full: by age, use, chance or time to live, among all keys or only "
            + "those that expire; noeviction refuses writes instead."),
        Int("maxmemory-samples", static o => ref o.MaxMemorySamples, 5, 1, int.MaxValue,
            "Keys that are looked at to find one to evict: more is more exact and slower."),
        Int("maxmemory-eviction-tenacity", static o => ref o.MaxMemoryEvictionTenacity, 10, 0, 100,
            "How many keys may be evicted for one command: 10 is 128, 0 a few, 100 as many as it takes."),
        Int("lfu-log-factor", static o => ref o.LfuLogFactor, 10, 0, int.MaxValue,
            "How slowly the counter of a key's uses grows: higher tells busy keys apart better."),
        Int("lfu-decay-time", static o => ref o.LfuDecayTimeMinutes, 1, 0, int.MaxValue,
            "Minutes without use after which that counter drops by one; 0 never drops it."),
        Int("active-expire-effort", static o => ref o.ActiveExpireEffort, 1, 1, 10,
            "How hard expired keys are looked for in the background."),
        Bool("lazyfree-lazy-eviction", null, false,
            "Free evicted values a little at a time."),
        Bool("lazyfree-lazy-expire", null, false,
            "Free expired values a little at a time."),
        Bool("lazyfree-lazy-server-del", null, false,
            "Free overwritten values a little at a time."),
        Bool("lazyfree-lazy-user-del", null, false,
            "Let DEL free values as UNLINK does."),
        Bool("lazyfree-lazy-user-flush", null, false,
            "Let FLUSHALL and FLUSHDB free values as their ASYNC form does."),
        Bool("activerehashing", null, true, "Spend idle time on growing tables."),
        Bool("activedefrag", null, false, "Move values to compact memory."),
        MemorySize("active-defrag-ignore-bytes", null, 100 << 20, 1, "Waste below which nothing is moved."),
        Int("active-defrag-threshold-lower", null, 10, 0, 1000, "Percentage of waste at which moving starts."),
        Int("active-defrag-threshold-upper", null, 100, 0, 1000, "Percentage of waste at which effort is greatest."),
        Int("active-defrag-cycle-min", null, 1, 1, 99, "Least effort, as a percentage of time."),
        Int("active-defrag-cycle-max", null, 25, 1, 99, "Greatest effort, as a percentage of time."),
        Long("active-defrag-max-scan-fields", null, 1000, 1, "Fields of one collection that are moved at once."),
    ]);
}
