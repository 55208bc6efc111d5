using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>The connections between nodes, by number: one to each node, and one from each.</summary>
internal sealed class Links
{
    private readonly ClusterState _state;
    private readonly Dictionary<int, ClusterLink> _links = [];
    private int _last;

    public Links(ClusterState state) => _state = state;

    public IReadOnlyDictionary<int, ClusterLink> All => _links;

    public ClusterLink? Find(int id) => _links.GetValueOrDefault(id);

    /// <summary>Asks for a connection to a node.</summary>
    public void Open(ClusterNode node)
    {
        var link = new ClusterLink(++_last, node, isInbound: false, _state.NowMillis) { PeerIp = node.Address.Ip };
        _links.Add(link.Id, link);
        node.Link = link;
        _state.Outbox.Open(link.Id, node.Address);
    }

    /// <summary>A connection came in.</summary>
    public ClusterLink Accept(string peerIp, string localIp)
    {
        var link = new ClusterLink(++_last, null, isInbound: true, _state.NowMillis)
        {
            PeerIp = peerIp,
            LocalIp = localIp,
            IsOpen = true,
        };
        _links.Add(link.Id, link);
        return link;
    }

    /// <summary>Who is at the other end of a connection that came in.</summary>
    public void Bind(ClusterLink link, ClusterNode node)
    {
        if (link.Node == node) return;
        // A node that connects again has given the former connection up, whether that is known here or not.
        if (node.InboundLink is { } former) Close(former);
        link.Node = node;
        node.InboundLink = link;
    }

    /// <summary>Closes a connection from this side.</summary>
    public void Close(ClusterLink link)
    {
        if (Forget(link.Id)) _state.Outbox.Close(link.Id);
    }

    /// <summary>A connection is no more. False where that is known.</summary>
    public bool Forget(int id)
    {
        if (!_links.Remove(id, out ClusterLink? link)) return false;
        if (link.Node is { } node)
        {
            if (node.Link == link) node.Link = null;
            if (node.InboundLink == link) node.InboundLink = null;
        }
        return true;
    }
}
