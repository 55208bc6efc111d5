using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;
using FastShard.Server.Configuration;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>Connections to the nodes, kept as long as they work. Used by the rebalancer's thread alone.</summary>
internal sealed class NodeLines(ServerOptions options) : IDisposable
{
    private const int LimitMillis = 3000;

    private readonly Dictionary<NodeId, (NodeClient Client, NodeAddress Address)> _clients = [];

    /// <summary>Asks a node; null where it does not answer.</summary>
    public NodeReply? Ask(ViewNode node, params ReadOnlySpan<string> words) =>
        Connect(node, out _) is { } client ? Kept(node, client, client.Ask(words)) : null;

    /// <summary>The connection to a node; null, and why there is none.</summary>
    public NodeClient? Connect(ViewNode node, out string error)
    {
        error = "";
        if (_clients.TryGetValue(node.Id, out (NodeClient Client, NodeAddress Address) known))
        {
            if (known.Client.Fault.Length == 0 && known.Address == node.Address) return known.Client;
            Drop(node.Id);
        }
        // Nodes of a cluster have the same password: it is the one for replicas.
        string password = options.MasterAuth.Length > 0 ? options.MasterAuth : options.RequirePass;
        string user = options.MasterAuth.Length > 0 ? options.MasterUser : "";
        NodeClient? client = NodeClient.TryConnect(
            node.Address.Ip.Length > 0 ? node.Address.Ip : "127.0.0.1", node.Address.Port, user, password, LimitMillis,
            out error);
        if (client is not null) _clients.Add(node.Id, (client, node.Address));
        return client;
    }

    /// <summary>A reply, or the end of the connection.</summary>
    public NodeReply? Kept(ViewNode node, NodeClient client, NodeReply? reply)
    {
        if (client.Fault.Length > 0) Drop(node.Id);
        return reply;
    }

    public void Dispose()
    {
        foreach ((NodeClient client, _) in _clients.Values) client.Dispose();
    }

    private void Drop(NodeId id)
    {
        if (_clients.Remove(id, out (NodeClient Client, NodeAddress Address) known)) known.Client.Dispose();
    }
}
