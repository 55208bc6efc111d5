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

    /// <summary>Its address; empty = not known.</summary>
    public string Ip { get; init; } = "";

    /// <summary>Its port for clients.</summary>
    public int Port { get; init; }

    /// <summary>It is this node.</summary>
    public bool IsMyself { get; init; }

    /// <summary>The cluster has given it up.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Its place in the map; -1 = it stands in none.</summary>
    public int Index { get; init; } = -1;

    /// <summary>One of its slots; -1 = it has none.</summary>
    public int FirstSlot { get; set; } = -1;

    /// <summary>Those of its replicas that are up.</summary>
    public List<MapNode> Replicas { get; } = [];
}
