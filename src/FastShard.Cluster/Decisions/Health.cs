using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>Whether the cluster serves: slots have owners that are up, and this node is with the majority.</summary>
internal sealed class Health
{
    // A primary that starts, or comes back from a minority, may have been replaced: it listens before it serves.
    private const long StartMillis = 2000;
    private const long RejoinMinMillis = 500;
    private const long RejoinMaxMillis = 5000;

    private readonly ClusterState _state;
    private long _firstMillis;
    private long _minorityMillis;

    public Health(ClusterState state) => _state = state;

    /// <summary>Finds out.</summary>
    public void Judge()
    {
        _state.IsHealthInDoubt = false;
        long now = _state.NowMillis;
        if (_firstMillis == 0) _firstMillis = now;
        bool isPrimary = _state.Myself.IsPrimary;
        bool isCovered = CountPrimaries(out int reachable);
        if (isPrimary && !_state.IsOk && now - _firstMillis < StartMillis) return;

        bool isOk = isCovered || !_state.Settings.RequireFullCoverage;
        if (reachable < _state.Quorum)
        {
            isOk = false;
            _minorityMillis = now;
        }
        if (isOk == _state.IsOk) return;
        long delay = Math.Clamp(_state.Settings.NodeTimeoutMillis, RejoinMinMillis, RejoinMaxMillis);
        if (isOk && isPrimary && now - _minorityMillis < delay) return;
        _state.IsOk = isOk;
        _state.Slots.Touch();
        _state.Outbox.Notice($"Cluster state changed: {(isOk ? "ok" : "fail")}");
    }

    private bool CountPrimaries(out int reachable)
    {
        int size = 0;
        reachable = 0;
        bool isCovered = _state.Slots.AssignedCount == SlotSet.Slots;
        foreach (ClusterNode node in _state.Nodes.All)
        {
            if (node.Slots.Count == 0) continue;
            if (node.HasFailed) isCovered = false;
            if (!node.IsPrimary) continue;
            size++;
            if (!node.Has(NodeFlags.Failed | NodeFlags.MayHaveFailed)) reachable++;
        }
        _state.Size = size;
        return isCovered;
    }
}
