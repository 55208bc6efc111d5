using FastShard.Cluster.State;

namespace FastShard.Cluster;

/// <summary>The directives that decide; times are milliseconds.</summary>
public sealed record ClusterSettings
{
    public long NodeTimeoutMillis { get; init; } = 15000;

    /// <summary>How many node timeouts old a replica's data may be for a failover; 0 = as old as may be.</summary>
    public int ReplicaValidityFactor { get; init; } = 10;

    /// <summary>Replicas that a primary keeps when one of them moves to another.</summary>
    public int MigrationBarrier { get; init; } = 1;

    public bool AllowReplicaMigration { get; init; } = true;

    public bool RequireFullCoverage { get; init; } = true;

    public bool ReplicaNoFailover { get; init; }

    /// <summary>How often primaries send a sign of life down the replication link.</summary>
    public long ReplicationPingMillis { get; init; } = 10000;

    /// <summary>Where this node says that it is; an empty address lets the others take what they see.</summary>
    public NodeAddress Announced { get; init; } = NodeAddress.None;

    /// <summary>The host name that it gives to others; empty = none.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The ports of this node's threads.</summary>
    public ShardPorts Ports { get; init; }
}
