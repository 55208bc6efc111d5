using FastShard.Cluster.Bus;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>What others think of third nodes.</summary>
internal sealed class GossipIntake
{
    private const NodeFlags Down = NodeFlags.MayHaveFailed | NodeFlags.Failed;
    private const NodeFlags Hearsay = NodeFlags.Primary | NodeFlags.Replica | NodeFlags.MayHaveFailed
        | NodeFlags.Failed | NodeFlags.MigrateTo | NodeFlags.NoFailover;

    // Clocks of nodes may differ a little.
    private const long FutureMillis = 500;

    private readonly ClusterState _state;
    private readonly FailureDetector _failures;
    private readonly Links _links;

    public GossipIntake(ClusterState state, FailureDetector failures, Links links)
    {
        _state = state;
        _failures = failures;
        _links = links;
    }

    /// <summary>Takes the gossip of a node that is known: a stranger's could lead into another cluster.</summary>
    public void Take(ClusterNode sender, in BusPacket packet)
    {
        for (int index = 0; index < packet.Count; index++)
        {
            GossipEntry entry = packet.Gossip(index);
            if (_state.Nodes.Find(entry.Id) is { } node) TakeKnown(sender, node, entry);
            else Meet(entry);
        }
    }

    private void TakeKnown(ClusterNode sender, ClusterNode node, in GossipEntry entry)
    {
        if (node.IsMyself) return;
        bool isDown = (entry.Flags & Down) != 0;
        if (sender.IsPrimary)
        {
            if (isDown) _failures.Report(node, sender);
            else FailureDetector.Withdraw(node, sender);
        }
        if (isDown) return;
        if (node.PingSentMillis == 0 && _failures.CountReports(node) == 0)
        {
            // Others have heard of it since: no need to ask so soon.
            long pong = entry.PongReceivedSeconds * 1000L;
            if (pong <= _state.NowMillis + FutureMillis && pong > node.PongReceivedMillis)
                node.PongReceivedMillis = pong;
        }
        bool isMoved = node.Address.Ip != entry.Address.Ip || node.Address.Port != entry.Address.Port
            || node.Address.BusPort != entry.Address.BusPort;
        if (node.Has(Down) && (entry.Flags & NodeFlags.NoAddress) == 0 && isMoved) Move(node, entry.Address);
    }

    /// <summary>This node cannot reach it, another one can, and by another address.</summary>
    private void Move(ClusterNode node, NodeAddress address)
    {
        if (node.Link is { } link) _links.Close(link);
        node.Address = address;
        node.Clear(NodeFlags.NoAddress);
        _state.Changed();
    }

    private void Meet(in GossipEntry entry)
    {
        if ((entry.Flags & (NodeFlags.NoAddress | NodeFlags.Handshake)) != 0 || entry.Address.Ip.Length == 0) return;
        if (_state.Nodes.IsBanned(entry.Id, _state.NowMillis)) return;
        var node = new ClusterNode(entry.Id, entry.Flags & Hearsay, _state.NowMillis) { Address = entry.Address };
        if (node.HasFailed) node.FailedMillis = _state.NowMillis;
        _state.Nodes.Add(node);
        _state.Changed();
    }
}
