// The values of the configuration, typed. Plain fields: shard threads read them without locks or look-ups, and CONFIG
// SET writes them while every shard is held, so no reader sees half a change. Arrays and records are replaced, never
// changed in place. Defaults, limits and meanings stand with the declarations in Directives/.

using FastShard.Server.Logging;
using FastShard.Transport;

namespace FastShard.Server.Configuration;

/// <summary>The live configuration of one server. Sizes are in bytes, a limit of 0 is none, unless said.</summary>
public sealed class ServerOptions
{
    private readonly Dictionary<Directive, object> _spareCells = [];

    // Network
    public string[] Bind = [];
    public int Port;
    public string UnixSocket = "";
    public int UnixSocketPermissions;
    public int TcpBacklog;
    public int TcpKeepAliveSeconds;
    public int TimeoutSeconds;
    public bool ProtectedMode;
    public string RequirePass = "";
    public TransportKind Transport;

    // Shape of the process
    public int Shards;
    public bool ElasticThreads;
    public int Databases;
    public int Hz;
    public bool DynamicHz;
    public string PidFile = "";
    public AccessRule DebugCommand;
    public AccessRule ProtectedConfigs;
    public long BusyReplyThresholdMillis;

    // Limits on clients
    public int MaxClients;
    public long ProtoMaxBulkLength;
    public long ClientQueryBufferLimit;
    public OutputBufferLimits ClientOutputBufferLimit = OutputBufferLimits.Default;

    /// <summary>Memory of all clients together; negative is a percentage of <see cref="MaxMemory"/>.</summary>
    public long MaxMemoryClients;

    public long TrackingTableMaxKeys;

    // Memory
    public long MaxMemory;
    public MaxMemoryPolicy MaxMemoryPolicy;
    public int MaxMemorySamples;
    public int MaxMemoryEvictionTenacity;
    public int LfuLogFactor;
    public int LfuDecayTimeMinutes;
    public int ActiveExpireEffort;

    // When a small collection turns into a big one
    /// <summary>Positive: entries a node. -1 to -5: 4, 8, 16, 32, 64 KB a node.</summary>
    public int ListMaxListpackSize;
    public int ListCompressDepth;
    public long HashMaxListpackEntries;
    public long HashMaxListpackValue;
    public long SetMaxIntsetEntries;
    public long SetMaxListpackEntries;
    public long SetMaxListpackValue;
    public long SortedSetMaxListpackEntries;
    public long SortedSetMaxListpackValue;
    public long StreamNodeMaxBytes;
    public long StreamNodeMaxEntries;
    public int StreamIdmpDuration;
    public int StreamIdmpMaxSize;
    public long HllSparseMaxBytes;

    // What is watched and told
    /// <summary>Microseconds; negative switches the slow log off, 0 logs every command.</summary>
    public long SlowlogLogSlowerThanMicros;
    public long SlowlogMaxLength;
    public long CommandlogRequestLargerThan;
    public long CommandlogLargeRequestMaxLength;
    public long CommandlogReplyLargerThan;
    public long CommandlogLargeReplyMaxLength;
    public long LatencyMonitorThresholdMillis;
    public bool LatencyTracking;
    public bool HotKeysTracking;
    public string[] Spread = [];
    public bool ReadCopies;
    public long ReadCopiesThreshold;
    public long ReadCopiesMaxMemory;
    public double[] LatencyTrackingInfoPercentiles = [];
    public KeyspaceEvents NotifyKeyspaceEvents;
    public LogLevel LogLevel;

    /// <summary>Path of the log file; empty is standard output.</summary>
    public string LogFile = "";

    // The end
    public string[] ShutdownOnSigint = [];
    public string[] ShutdownOnSigterm = [];

    // Files
    /// <summary>Absolute path of the folder that the data files stand in.</summary>
    public string Directory = "";
    public string DbFileName = "";
    public SavePoint[] Save = [];
    public bool AppendOnly;
    public bool StopWritesOnSaveError;
    public bool RdbCompression;
    public bool RdbChecksum;
    public bool RdbSaveIncrementalFsync;
    public int KeyLoadDelayMicros;
    public int RdbKeySaveDelayMicros;
    public int RdbVersion;
    public AppendFsync AppendFsync;
    public string AppendFileName = "";
    public string AppendDirName = "";
    public int AutoAofRewritePercentage;
    public long AutoAofRewriteMinSize;
    public bool AofLoadTruncated;
    public bool AofUseRdbPreamble;
    public bool AofDisableAutoGc;
    public bool NoAppendFsyncOnRewrite;
    public bool AofTimestampEnabled;
    public bool AofRewriteIncrementalFsync;

    // Replication
    /// <summary>Address and port of the primary; empty = none.</summary>
    public string[] ReplicaOf = [];
    public string MasterUser = "";
    public string MasterAuth = "";
    public bool ReplicaServesStale;
    public bool ReplicaReadOnly;
    public bool ReplicaIgnoresMaxMemory;
    public bool ImportMode;
    public int ReplicaPriority;
    public bool ReplicaAnnounced;
    public string ReplicaAnnounceIp = "";
    public int ReplicaAnnouncePort;
    public DisklessLoad DisklessLoad;
    public bool DisklessSync;
    public int DisklessSyncDelaySeconds;
    public int DisklessSyncReplicasMax;
    public int ReplicaPingSeconds;
    public int ReplicationTimeoutSeconds;
    public long BacklogBytes;
    public long BacklogTtlSeconds;
    public int ShutdownTimeoutSeconds;
    public int MinReplicasToWrite;
    public int MinReplicasMaxLagSeconds;

    // Cluster
    public bool ClusterEnabled;
    public string ClusterConfigFile = "";
    public long ClusterNodeTimeoutMillis;
    public int ClusterPort;
    public int ClusterReplicaValidityFactor;
    public int ClusterMigrationBarrier;
    public bool ClusterAllowsReplicaMigration;
    public bool ClusterRequiresFullCoverage;
    public bool ClusterReplicaNoFailover;
    public bool ClusterAllowsReadsWhenDown;
    public bool ClusterAllowsShardChannelsWhenDown;
    public long ClusterLinkSendBufferBytes;
    public string ClusterAnnounceHostname = "";
    public string ClusterAnnounceIp = "";
    public int ClusterAnnouncePort;
    public int ClusterAnnounceBusPort;
    public EndpointKind ClusterPreferredEndpoint;
    public int ClusterDatabases;
    public bool ClusterForwarding;
    public long ClusterScatterTimeoutMillis;
    public long ClusterHedgeAfterMillis;
    public int ClusterShardPort;
    public bool ClusterSlotStatsEnabled;
    public bool ClusterRebalanceIsAutomatic;
    public int ClusterRebalanceParallelMoves;
    public long ClusterRebalanceBandwidth;
    public long ClusterRebalanceLatencyLimitMillis;
    public int ClusterRebalanceErrorLimit;
    public long ClusterRebalanceFailureWaitSeconds;
    public long ClusterRebalanceCalmSeconds;
    public long ClusterRebalanceApprovalBytes;
    public long ClusterRebalanceIntervalSeconds;
    public int ClusterRebalanceThreshold;
    public string ClusterRebalanceWeights = "";
    public long ClusterSlotMigrationBytesPerSecond;
    public int ClusterSlotMigrationLogLength;

    public ServerOptions()
    {
        foreach (Directive directive in DirectiveTable.All) directive.Reset(this);
    }

    /// <summary>Every directive at its default; not to be changed.</summary>
    internal static ServerOptions Defaults { get; } = new();

    /// <summary><see cref="MaxMemoryClients"/> in bytes; 0 is no limit.</summary>
    public long MaxMemoryClientsBytes =>
        MaxMemoryClients >= 0 ? MaxMemoryClients : (long)(MaxMemory / 100.0 * -MaxMemoryClients);

    /// <summary>The place of a value that no field holds, because nothing reads it but CONFIG GET.</summary>
    internal ref T SpareCell<T>(Directive directive)
    {
        if (!_spareCells.TryGetValue(directive, out object? cell)) _spareCells[directive] = cell = new Cell<T>();
        return ref ((Cell<T>)cell).Value;
    }

    private sealed class Cell<T>
    {
        public T Value = default!;
    }
}
