using FastShard.Cluster;

namespace FastShard.Server.Clustering;

/// <summary>A node as clients are sent to it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Endpoint">What they connect to: "127.0.0.1:7000".</param>
internal sealed record MapNode(NodeId Id, string Endpoint);
