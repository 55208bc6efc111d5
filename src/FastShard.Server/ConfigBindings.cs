using FastShard.Engine;
using FastShard.Engine.Eviction;
using FastShard.Persistence.Rdb;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;
using FastShard.Server.Configuration.Kinds;
using FastShard.Server.Logging;

namespace FastShard.Server;

/// <summary>Where directives reach the running server. Called while all shards are held, or before they run.</summary>
internal static class ConfigBindings
{
    public static readonly ConfigBinding[] All =
    [
        new(
            [
                "maxmemory", "maxmemory-policy", "maxmemory-samples", "maxmemory-eviction-tenacity", "lfu-log-factor",
                "lfu-decay-time", "import-mode",
            ],
            ApplyMemory),
        new(["import-mode"], ApplyImportMode),
        new(["maxmemory-clients", "maxmemory"], ApplyClientMemory),
        new(["tracking-table-max-keys"], ApplyTrackingLimit),
        new(["proto-max-bulk-len"], ApplyBulkLength),
        new(
            [
                "hash-max-listpack-entries", "hash-max-listpack-value", "list-max-listpack-size", "list-compress-depth",
                "set-max-intset-entries", "set-max-listpack-entries", "set-max-listpack-value",
                "zset-max-listpack-entries", "zset-max-listpack-value", "stream-node-max-bytes",
                "stream-node-max-entries", "stream-idmp-duration", "stream-idmp-maxsize", "hll-sparse-max-bytes",
            ],
            ApplyEncodings),
        new(
            [
                "slowlog-log-slower-than", "latency-monitor-threshold", "commandlog-request-larger-than",
                "commandlog-reply-larger-than",
            ],
            ApplyWatchers),
        new(["rdb-version", "rdbcompression"], ApplyRdb),
        new(["save", "stop-writes-on-bgsave-error"], ApplySavePoints),
        new(["latency-tracking"], ApplyLatencyTracking),
        new(["hotkeys-tracking"], ApplyHotKeysTracking),
        new(["spread"], static server => server.Spread.ReadRules()),
        new(["loglevel"], ApplyLogLevel),
        new(["bind", "port"], static server => server.Rebind()),
        new(["tcp-keepalive"], ApplyKeepAlive),
        new(["requirepass"], ApplyPassword),
        new(["appendonly", "appendfsync", "aof-timestamp-enabled", "aof-disable-auto-gc"],
            static server => server.Aof.Configure()),
        new(["repl-backlog-size"], ApplyBacklog),
        new(
            [
                "replica-read-only", "replica-serve-stale-data", "min-replicas-to-write", "min-replicas-max-lag",
            ],
            ApplyRole),
        new(["notify-keyspace-events"], ApplyKeyEvents),
        new(["cluster-slot-stats-enabled"], ApplySlotStatistics),
        new(
            [
                "cluster-node-timeout", "cluster-replica-validity-factor", "cluster-migration-barrier",
                "cluster-allow-replica-migration", "cluster-require-full-coverage", "cluster-replica-no-failover",
                "cluster-allow-reads-when-down", "cluster-allow-pubsubshard-when-down", "cluster-announce-hostname",
                "cluster-announce-ip", "cluster-announce-port", "cluster-announce-bus-port",
                "cluster-preferred-endpoint-type", "cluster-rebalance-automatic", "cluster-rebalance-parallel-moves",
                "cluster-rebalance-bandwidth", "cluster-rebalance-latency-limit", "cluster-rebalance-error-limit",
                "cluster-rebalance-failure-wait", "cluster-rebalance-calm", "cluster-rebalance-approval-size",
                "cluster-rebalance-interval",
            ],
            ApplyCluster),
    ];

    // Less would not always make room for one command.
    private const int EvictionsMin = 4;

    private static string? ApplyMemory(FastShardServer server)
    {
        ServerOptions options = server.Options;
        EvictionPolicy policy = options.ImportMode ? EvictionPolicy.NoEviction : PolicyOf(options.MaxMemoryPolicy);
        server.MemoryGate.Configure(options.MaxMemory, policy, options.MaxMemorySamples);
        server.MemoryGate.EvictionsPerCall = EvictionsFor(options.MaxMemoryEvictionTenacity);
        bool isLru = options.MaxMemoryPolicy is MaxMemoryPolicy.AllKeysLru or MaxMemoryPolicy.VolatileLru;
        bool isLfu = options.MaxMemoryPolicy is MaxMemoryPolicy.AllKeysLfu or MaxMemoryPolicy.VolatileLfu;
        foreach (Engine.Keyspaces.Keyspace keyspace in server.Dataset.Keyspaces)
        {
            keyspace.AccessClock.IsLfu = isLfu;
            keyspace.AccessClock.DecidesEviction = options.MaxMemory > 0 && (isLru || isLfu);
            keyspace.AccessClock.LogFactor = options.LfuLogFactor;
            keyspace.AccessClock.DecayMinutes = options.LfuDecayTimeMinutes;
        }
        return null;
    }

    // Off again: the next round of expiry finds out whether anything else keeps what has expired.
    private static string? ApplyImportMode(FastShardServer server)
    {
        foreach (Engine.Keyspaces.Keyspace keyspace in server.Dataset.Keyspaces)
        {
            keyspace.IsImporting = server.Options.ImportMode;
            keyspace.KeepsExpired |= server.Options.ImportMode;
        }
        return null;
    }

    private static EvictionPolicy PolicyOf(MaxMemoryPolicy policy) => policy switch
    {
        MaxMemoryPolicy.VolatileLru => EvictionPolicy.VolatileLru,
        MaxMemoryPolicy.VolatileLfu => EvictionPolicy.VolatileLfu,
        MaxMemoryPolicy.VolatileRandom => EvictionPolicy.VolatileRandom,
        MaxMemoryPolicy.VolatileTtl => EvictionPolicy.VolatileTtl,
        MaxMemoryPolicy.AllKeysLru => EvictionPolicy.AllKeysLru,
        MaxMemoryPolicy.AllKeysLfu => EvictionPolicy.AllKeysLfu,
        MaxMemoryPolicy.AllKeysRandom => EvictionPolicy.AllKeysRandom,
        _ => EvictionPolicy.NoEviction,
    };

    // Even steps up to the default of 10, then 15 % more with each: Redis's scale, with keys in place of microseconds.
    private static int EvictionsFor(int tenacity) => tenacity switch
    {
        100 => int.MaxValue,
        <= 10 => Math.Max(EvictionsMin, MemoryGate.DefaultEvictionsPerCall * tenacity / 10),
        _ => (int)Math.Min(int.MaxValue, MemoryGate.DefaultEvictionsPerCall * Math.Pow(1.15, tenacity - 10)),
    };

    private static string? ApplyClientMemory(FastShardServer server)
    {
        server.ClientMemory.Configure();
        return null;
    }

    private static string? ApplyTrackingLimit(FastShardServer server)
    {
        server.Tracking.ApplyLimit();
        return null;
    }

    private static string? ApplyBulkLength(FastShardServer server)
    {
        EngineLimits.StringLengthMax = server.Options.ProtoMaxBulkLength;
        foreach (Connection client in server.AllConnections()) client.Reader.Limits = server.RequestLimitsOf(client);
        return null;
    }

    private static string? ApplyEncodings(FastShardServer server)
    {
        ServerOptions options = server.Options;
        Engine.Keyspaces.EncodingLimits limits = server.Dataset.Encodings;
        limits.HashMaxListpackEntries = options.HashMaxListpackEntries;
        limits.HashMaxListpackValue = options.HashMaxListpackValue;
        limits.ListMaxListpackSize = options.ListMaxListpackSize;
        limits.ListCompressDepth = options.ListCompressDepth;
        limits.SetMaxIntsetEntries = options.SetMaxIntsetEntries;
        limits.SetMaxListpackEntries = options.SetMaxListpackEntries;
        limits.SetMaxListpackValue = options.SetMaxListpackValue;
        limits.SortedSetMaxListpackEntries = options.SortedSetMaxListpackEntries;
        limits.SortedSetMaxListpackValue = options.SortedSetMaxListpackValue;
        limits.StreamNodeMaxBytes = options.StreamNodeMaxBytes;
        limits.StreamNodeMaxEntries = options.StreamNodeMaxEntries;
        limits.StreamIdmpDuration = options.StreamIdmpDuration;
        limits.StreamIdmpMaxSize = options.StreamIdmpMaxSize;
        limits.HllSparseMaxBytes = options.HllSparseMaxBytes;
        return null;
    }

    private static string? ApplyRdb(FastShardServer server)
    {
        RdbSettings.Version = server.Options.RdbVersion;
        RdbSettings.Compresses = server.Options.RdbCompression;
        return null;
    }

    private static string? ApplySavePoints(FastShardServer server)
    {
        server.Saver.UpdateGate();
        return null;
    }

    private static string? ApplyBacklog(FastShardServer server)
    {
        server.Replication.Configure();
        return null;
    }

    private static string? ApplyRole(FastShardServer server)
    {
        server.Replication.UpdateRole();
        server.Replication.UpdateGate(Native.Clocks.SystemClock.WallMillis());
        return null;
    }

    private static string? ApplyCluster(FastShardServer server) => server.Cluster?.Configure();

    private static string? ApplyWatchers(FastShardServer server)
    {
        server.Watchers.Configure();
        return null;
    }

    private static string? ApplyHotKeysTracking(FastShardServer server)
    {
        foreach (Sharding.Shard shard in server.Shards)
        {
            shard.HotKeys.IsOn = server.Options.HotKeysTracking;
            shard.HotKeys.Restart();
        }
        return null;
    }

    private static string? ApplyLatencyTracking(FastShardServer server)
    {
        foreach (Sharding.Shard shard in server.Shards)
        {
            shard.Statistics.TracksLatency = server.Options.LatencyTracking;
            if (!server.Options.LatencyTracking) shard.Statistics.ResetLatencies();
        }
        return null;
    }

    private static string? ApplySlotStatistics(FastShardServer server)
    {
        bool isOn = server.Options.ClusterSlotStatsEnabled && server.Options.ClusterEnabled;
        foreach (Sharding.Shard shard in server.Shards)
            shard.Statistics.Slots = isOn ? shard.Statistics.Slots ?? new Statistics.SlotStatistics() : null;
        return null;
    }

    private static string? ApplyKeepAlive(FastShardServer server)
    {
        server.ApplyKeepAlive();
        return null;
    }

    private static string? ApplyLogLevel(FastShardServer server)
    {
        Log.Level = server.Options.LogLevel;
        return null;
    }

    private static string? ApplyKeyEvents(FastShardServer server)
    {
        KeyspaceEvents events = server.Options.NotifyKeyspaceEvents;
        bool isByKey = (events & KeyspaceEvents.Keyspace) != 0;
        bool isByEvent = (events & KeyspaceEvents.Keyevent) != 0;
        KeyspaceEvents fields = (events & KeyspaceEvents.Hash) == 0 ? 0 : events & KeyspaceEvents.Fields;
        foreach (Sharding.Shard shard in server.Shards)
        {
            shard.PubSub.AnnouncesByKey = isByKey;
            shard.PubSub.AnnouncesByEvent = isByEvent;
            shard.PubSub.FieldEvents.Kinds = fields;
            shard.Keyspace.ChangedFields.IsWanted = fields != 0;
            shard.Keyspace.AnnouncedClasses =
                isByKey || isByEvent || fields != 0 ? KeyspaceEventsDirective.ClassBits(events) : 0;
        }
        return null;
    }

    // Removing the password lets everybody in; setting one leaves those in who are in, as in Redis.
    private static string? ApplyPassword(FastShardServer server)
    {
        if (server.Options.RequirePass.Length > 0) return null;
        foreach (Connection client in server.AllConnections())
        {
            client.IsAuthenticated = true;
            client.Reader.Limits = server.RequestLimitsOf(client);
        }
        return null;
    }
}
