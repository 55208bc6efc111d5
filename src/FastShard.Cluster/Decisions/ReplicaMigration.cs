using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>A replica that is one of many moves to a primary that has lost all of its own.</summary>
internal sealed class ReplicaMigration
{
    // In a failover, replicas need a moment to say whom they follow now.
    private const long PatienceMillis = 5000;

    private readonly ClusterState _state;
    private readonly Roles _roles;

    public ReplicaMigration(ClusterState state, Roles roles)
    {
        _state = state;
        _roles = roles;
    }

    /// <summary>Moves this node, where it is the one to move.</summary>
    public void Consider()
    {
        ClusterNode myself = _state.Myself;
        if (!_state.Settings.AllowReplicaMigration || !_state.IsOk || myself.Primary is not { } primary) return;
        int most = CountMost(out bool isNeeded);
        if (!isNeeded || most < 2 || CountSound(primary) != most) return;
        if (most <= _state.Settings.MigrationBarrier) return;
        ClusterNode? target = null;
        ClusterNode candidate = myself;
        foreach (ClusterNode node in _state.Nodes.All)
        {
            int working = node.IsPrimary ? node.CountWorkingReplicas() : 0;
            if (!IsOrphan(node))
            {
                node.OrphanedMillis = 0;
            }
            else
            {
                if (target is null && node.Slots.Count > 0) target = node;
                if (node.OrphanedMillis == 0) node.OrphanedMillis = _state.NowMillis;
            }
            // All that could move agree on who does: the one whose name comes first.
            if (working != most) continue;
            foreach (ClusterNode replica in node.Replicas)
            {
                if (!replica.HasFailed && replica.Id < candidate.Id) candidate = replica;
            }
        }
        if (target is null || candidate != myself) return;
        if (_state.NowMillis - target.OrphanedMillis <= PatienceMillis) return;
        _state.Outbox.Notice($"Migrating to orphaned master {target.Id}");
        _roles.Follow(target);
    }

    private static bool IsOrphan(ClusterNode node) => node.IsPrimary && !node.HasFailed
        && node.Has(NodeFlags.MigrateTo) && node.CountWorkingReplicas() == 0;

    private static int CountSound(ClusterNode primary)
    {
        int count = 0;
        foreach (ClusterNode replica in primary.Replicas)
        {
            if (!replica.Has(NodeFlags.Failed | NodeFlags.MayHaveFailed)) count++;
        }
        return count;
    }

    private int CountMost(out bool isNeeded)
    {
        int most = 0;
        isNeeded = false;
        foreach (ClusterNode node in _state.Nodes.All)
        {
            if (!node.IsPrimary || node.HasFailed) continue;
            most = Math.Max(most, node.CountWorkingReplicas());
            isNeeded |= node.Slots.Count > 0 && IsOrphan(node);
        }
        return most;
    }
}
