using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class ClusterDirectives
{
    public static readonly DirectiveGroup Group = new("Cluster",
        "Several servers that share the slots between them.",
    [
        Bool("cluster-enabled", static o => ref o.ClusterEnabled, false, "Be a node of a cluster.", Immutable),
        Text("cluster-config-file", static o => ref o.ClusterConfigFile, "nodes.conf",
            "File that keeps a node's view of the cluster.", Immutable),
        Long("cluster-node-timeout", static o => ref o.ClusterNodeTimeoutMillis, 15000, 0,
            "Milliseconds of silence after which a node may be down."),
        Int("cluster-port", static o => ref o.ClusterPort, 0, 0, 65535,
            "Port that nodes talk to each other on; 0 is port plus 10000.",
            Immutable),
        Int("cluster-replica-validity-factor", static o => ref o.ClusterReplicaValidityFactor, 10, 0, int.MaxValue,
            "How old a replica's data may be for a failover.", alias: "cluster-slave-validity-factor"),
        Int("cluster-migration-barrier", static o => ref o.ClusterMigrationBarrier, 1, 0, int.MaxValue,
            "Replicas that a primary keeps when one moves."),
        Bool("cluster-allow-replica-migration", static o => ref o.ClusterAllowsReplicaMigration, true,
            "Let replicas move to primaries that have none."),
        Bool("cluster-require-full-coverage", static o => ref o.ClusterRequiresFullCoverage, true,
            "Serve nothing while a slot has no owner."),
        Bool("cluster-replica-no-failover", static o => ref o.ClusterReplicaNoFailover, false,
            "Never promote this replica by itself.",
            alias: "cluster-slave-no-failover"),
        Bool("cluster-allow-reads-when-down", static o => ref o.ClusterAllowsReadsWhenDown, false,
            "Answer reads while the cluster is down."),
        Bool("cluster-allow-pubsubshard-when-down", static o => ref o.ClusterAllowsShardChannelsWhenDown, true,
            "Serve sharded channels while the cluster is down."),
        MemorySize("cluster-link-sendbuf-limit", static o => ref o.ClusterLinkSendBufferBytes, 0, 0,
            "Bytes that may wait for another node; 0 is no limit."),
        Text("cluster-announce-hostname", static o => ref o.ClusterAnnounceHostname, "",
            "Host name that the node gives to others."),
        Text("cluster-announce-ip", static o => ref o.ClusterAnnounceIp, "",
            "Address that the node gives to others."),
        Int("cluster-announce-port", static o => ref o.ClusterAnnouncePort, 0, 0, 65535,
            "Port that the node gives to others."),
        Int("cluster-announce-tls-port", null, 0, 0, 65535, "TLS port that the node gives to others."),
        Int("cluster-announce-bus-port", static o => ref o.ClusterAnnounceBusPort, 0, 0, 65535,
            "Port for nodes that the node gives to others."),
        Enum("cluster-preferred-endpoint-type", static o => ref o.ClusterPreferredEndpoint, EndpointKind.Ip,
            [("ip", EndpointKind.Ip), ("hostname", EndpointKind.Hostname), ("unknown-endpoint", EndpointKind.Unknown)],
            "What clients are told to connect to."),
        MemorySize("cluster-slot-migration-max-bytes-per-second", static o => ref o.ClusterSlotMigrationBytesPerSecond,
            0, 0, "Bytes of keys a second that a migration of slots may send; 0 is no limit."),
        Int("cluster-slot-migration-log-max-len", static o => ref o.ClusterSlotMigrationLogLength, 1000, 0, int.MaxValue,
            "Migrations of slots that are over and still listed."),
    ]);
}
