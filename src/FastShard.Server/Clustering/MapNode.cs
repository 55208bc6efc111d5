using FastShard.Cluster;
using FastShard.Cluster.State;

namespace FastShard.Server.Clustering;

/// <summary>A node as clients are sent to it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Endpoint">What they connect to: "127.0.0.1:7000".</param>
/// <param name="Host">Its address or name alone.</param>
/// <param name="Ports">The ports of its threads, where it has such.</param>
internal sealed record MapNode(NodeId Id, string Endpoint, string Host, ShardPorts Ports)
{
    /// <summary>What they connect to for a slot: the port of its thread, if that has one.</summary>
    public string EndpointFor(int slot) => Ports.Count == 0 ? Endpoint : $"{Host}:{Ports.Of(slot)}";
}
