using FastShard.Cluster.State;

namespace FastShard.Cluster.Bus;

/// <summary>What the sender of a packet thinks of one other node. Times are seconds since 1970.</summary>
public readonly record struct GossipEntry(
    NodeId Id, uint PingSentSeconds, uint PongReceivedSeconds, NodeAddress Address, NodeFlags Flags);
