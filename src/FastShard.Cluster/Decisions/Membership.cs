using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>Who belongs to the cluster: nodes come by a handshake, move, and go.</summary>
internal sealed class Membership
{
    private const long BanMillis = 60_000;

    // The other side's handshake may fail, and a MEET that is lost is lost: it is said again, but not for ever.
    private const int MeetsMax = 10;

    private readonly ClusterState _state;
    private readonly Links _links;
    private readonly ManualFailover _manual;

    public Membership(ClusterState state, Links links, ManualFailover manual)
    {
        _state = state;
        _links = links;
        _manual = manual;
    }

    /// <summary>
    /// Begins a handshake with whoever is at an address, under a name that is replaced by the one that it gives. False
    /// where one is under way.
    /// </summary>
    public bool Handshake(NodeAddress address, bool withMeet)
    {
        foreach (ClusterNode known in _state.Nodes.All)
        {
            if (known.IsInHandshake && known.Address.Ip == address.Ip && known.Address.BusPort == address.BusPort)
                return false;
        }
        NodeFlags flags = NodeFlags.Handshake | (withMeet ? NodeFlags.Meet : NodeFlags.None);
        _state.Nodes.Add(new ClusterNode(_state.DrawId(), flags, _state.NowMillis)
        {
            Address = address,
            MeetsLeft = withMeet ? MeetsMax : 0,
            MetMillis = _state.NowMillis,
        });
        return true;
    }

    /// <summary>
    /// A node that was met answers, and has not called back: it does not know this one. To be met again?
    /// </summary>
    public bool IsToBeMetAgain(ClusterNode node)
    {
        if (node.MeetsLeft == 0) return false;
        if (node.InboundLink is not null) node.MeetsLeft = 0;
        if (node.MeetsLeft == 0 || node.Link is not { IsOpen: true }) return false;
        if (_state.NowMillis - node.MetMillis <= _state.Settings.NodeTimeoutMillis) return false;
        node.MeetsLeft--;
        node.MetMillis = _state.NowMillis;
        return true;
    }

    /// <summary>The node of a handshake has said its name.</summary>
    public void Complete(ClusterNode node, NodeId id, NodeFlags flags)
    {
        _state.Nodes.Rename(node, id);
        node.Clear(NodeFlags.Handshake);
        node.Set(flags & (NodeFlags.Primary | NodeFlags.Replica));
        _state.Changed();
    }

    /// <summary>A node says, on its own connection, where it is.</summary>
    public void UpdateAddress(ClusterNode node, ClusterLink link, NodeAddress announced)
    {
        if (link == node.Link) return;
        NodeAddress address = announced.Ip.Length > 0 ? announced : announced with { Ip = link.PeerIp };
        if (node.Address == address) return;
        node.Address = address;
        node.Clear(NodeFlags.NoAddress);
        if (node.Link is { } former) _links.Close(former);
        _state.Outbox.Notice($"Address updated for node {node.Id}, now {address.Ip}:{address.Port}");
        if (_state.Myself.Primary == node) _state.Outbox.Follow(address);
        _state.Changed();
    }

    /// <summary>At the address of a node is another one.</summary>
    public void LoseAddress(ClusterNode node)
    {
        node.Set(NodeFlags.NoAddress);
        node.Address = NodeAddress.None;
        if (node.Link is { } link) _links.Close(link);
        _state.Changed();
    }

    /// <summary>A node is none any more, for a while not by gossip either.</summary>
    public void Ban(ClusterNode node)
    {
        _state.Nodes.Ban(node.Id, _state.NowMillis + BanMillis);
        Remove(node);
    }

    public void Remove(ClusterNode node)
    {
        _state.Slots.Forget(node);
        foreach (ClusterNode other in _state.Nodes.All)
        {
            other.Reports.RemoveAll(report => report.Reporter == node);
            if (other.Primary == node) other.Primary = null;
        }
        node.Primary?.RemoveReplica(node);
        if (node.Link is { } link) _links.Close(link);
        if (node.InboundLink is { } inbound) _links.Close(inbound);
        _manual.Forget(node);
        _state.Nodes.Remove(node);
        _state.Changed();
    }
}
