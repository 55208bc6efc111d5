using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>Who leads and who follows.</summary>
internal sealed class Roles
{
    private readonly ClusterState _state;
    private readonly ManualFailover _manual;

    public Roles(ClusterState state, ManualFailover manual)
    {
        _state = state;
        _manual = manual;
    }

    /// <summary>A node, perhaps this one, is a primary.</summary>
    public void Lead(ClusterNode node)
    {
        if (node.IsPrimary) return;
        if (node.Primary is { } former)
        {
            former.RemoveReplica(node);
            // It has led others' slots before: it is to have replicas.
            if (!node.IsMyself) node.Set(NodeFlags.MigrateTo);
        }
        node.Clear(NodeFlags.Replica);
        node.Set(NodeFlags.Primary);
        node.Primary = null;
        _state.Changed();
    }

    /// <summary>This node follows a primary from now on.</summary>
    public void Follow(ClusterNode primary)
    {
        ClusterNode myself = _state.Myself;
        if (myself.IsPrimary)
        {
            myself.Clear(NodeFlags.Primary | NodeFlags.MigrateTo);
            myself.Set(NodeFlags.Replica);
            _state.Slots.CloseAll();
        }
        else
        {
            myself.Primary?.RemoveReplica(myself);
        }
        myself.Primary = primary;
        if (!primary.ShardId.IsNone) myself.ShardId = primary.ShardId;
        primary.AddReplica(myself);
        _state.Outbox.Follow(primary.Address);
        _manual.Reset();
        _state.Changed(andSync: true);
    }

    /// <summary>What another node says of its own role.</summary>
    public void TakeWord(ClusterNode sender, NodeId primaryId)
    {
        if (primaryId.IsNone)
        {
            Lead(sender);
            return;
        }
        if (sender.IsPrimary)
        {
            _state.Slots.Clear(sender);
            sender.Clear(NodeFlags.Primary | NodeFlags.MigrateTo);
            sender.Set(NodeFlags.Replica);
            _state.Changed();
        }
        ClusterNode? primary = _state.Nodes.Find(primaryId);
        if (primary is null || primary == sender || sender.Primary == primary) return;
        sender.Primary?.RemoveReplica(sender);
        primary.AddReplica(sender);
        sender.Primary = primary;
        sender.Set(NodeFlags.Replica);
        _state.Changed();
    }
}
