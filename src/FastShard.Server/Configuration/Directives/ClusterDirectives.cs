using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class ClusterDirectives
{
    public static readonly DirectiveGroup Group = new("Cluster",
        "Several servers that share the slots between them.",
    [
        Bool("cluster-enabled", null, false, "Be a node of a cluster.", Immutable),
        Text("cluster-config-file", null, "nodes.conf", "File that keeps a node's view of the cluster.", Immutable),
        Long("cluster-node-timeout", null, 15000, 0, "Milliseconds of silence after which a node may be down."),
        Int("cluster-port", null, 0, 0, 65535, "Port that nodes talk to each other on; 0 is port plus 10000.",
            Immutable),
        Int("cluster-replica-validity-factor", null, 10, 0, int.MaxValue,
            "How old a replica's data may be for a failover.", alias: "cluster-slave-validity-factor"),
        Int("cluster-migration-barrier", null, 1, 0, int.MaxValue, "Replicas that a primary keeps when one moves."),
        Bool("cluster-allow-replica-migration", null, true, "Let replicas move to primaries that have none."),
        Bool("cluster-require-full-coverage", null, true, "Serve nothing while a slot has no owner."),
        Bool("cluster-replica-no-failover", null, false, "Never promote this replica by itself.",
            alias: "cluster-slave-no-failover"),
        Bool("cluster-allow-reads-when-down", null, false, "Answer reads while the cluster is down."),
        Bool("cluster-allow-pubsubshard-when-down", null, true, "Serve sharded channels while the cluster is down."),
        MemorySize("cluster-link-sendbuf-limit", null, 0, 0, "Bytes that may wait for another node; 0 is no limit."),
        Text("cluster-announce-hostname", null, "", "Host name that the node gives to others."),
        Text("cluster-announce-ip", null, "", "Address that the node gives to others."),
        Int("cluster-announce-port", null, 0, 0, 65535, "Port that the node gives to others."),
        Int("cluster-announce-tls-port", null, 0, 0, 65535, "TLS port that the node gives to others."),
        Int("cluster-announce-bus-port", null, 0, 0, 65535, "Port for nodes that the node gives to others."),
        Choice("cluster-preferred-endpoint-type", "ip", ["ip", "hostname", "unknown-endpoint"],
            "What clients are told to connect to."),
    ]);
}
