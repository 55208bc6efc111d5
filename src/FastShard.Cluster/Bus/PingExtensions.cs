using FastShard.Cluster.State;

namespace FastShard.Cluster.Bus;

/// <summary>What PING, PONG and MEET may say beside their gossip.</summary>
/// <param name="Hostname">The sender's host name; empty = none.</param>
/// <param name="ShardId">The name that a primary and its replicas share; none = it is not said.</param>
/// <param name="Ports">The ports of the sender's threads; no version of Redis knows this one.</param>
public readonly record struct PingExtensions(string Hostname, NodeId ShardId = default, ShardPorts Ports = default);
