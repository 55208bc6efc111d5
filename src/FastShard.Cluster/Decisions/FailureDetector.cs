using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>
/// From "it does not answer me" to "it is down": the majority of primaries must have said so within two timeouts.
/// </summary>
internal sealed class FailureDetector
{
    private const int ReportTimeouts = 2;
    private const int UndoTimeouts = 2;

    private readonly ClusterState _state;
    private readonly BusSender _sender;

    public FailureDetector(ClusterState state, BusSender sender)
    {
        _state = state;
        _sender = sender;
    }

    /// <summary>A primary says that a node does not answer.</summary>
    public void Report(ClusterNode node, ClusterNode reporter)
    {
        node.Reports.RemoveAll(report => report.Reporter == reporter);
        node.Reports.Add(new FailureReport(reporter, _state.NowMillis));
        FailByMajority(node);
    }

    /// <summary>A primary says that it is well.</summary>
    public static void Withdraw(ClusterNode node, ClusterNode reporter)
    {
        if (node.Reports.Count > 0) node.Reports.RemoveAll(report => report.Reporter == reporter);
    }

    public int CountReports(ClusterNode node)
    {
        if (node.Reports.Count == 0) return 0;
        long oldest = _state.NowMillis - (_state.Settings.NodeTimeoutMillis * ReportTimeouts);
        node.Reports.RemoveAll(report => report.SaidMillis < oldest);
        return node.Reports.Count;
    }

    /// <summary>It does not answer this node.</summary>
    public void Suspect(ClusterNode node)
    {
        if (node.Has(NodeFlags.MayHaveFailed | NodeFlags.Failed)) return;
        node.Set(NodeFlags.MayHaveFailed);
        _state.IsHealthInDoubt = true;
        // Where this node is the majority, nobody else's word is needed.
        if (_state.Myself.IsPrimary && _state.Size == 1) FailByMajority(node);
    }

    /// <summary>It answered.</summary>
    public void Hear(ClusterNode node)
    {
        if (node.MayHaveFailed)
        {
            node.Clear(NodeFlags.MayHaveFailed);
            _state.Changed();
        }
        else if (node.HasFailed)
        {
            Undo(node);
        }
    }

    /// <summary>The majority has found it down.</summary>
    public void Fail(ClusterNode node)
    {
        node.Set(NodeFlags.Failed);
        node.Clear(NodeFlags.MayHaveFailed);
        node.FailedMillis = _state.NowMillis;
        _state.Changed();
        _state.IsFailoverDue = true;
    }

    private void FailByMajority(ClusterNode node)
    {
        if (!node.MayHaveFailed || node.HasFailed) return;
        int votes = CountReports(node) + (_state.Myself.IsPrimary ? 1 : 0);
        if (votes < _state.Quorum) return;
        _state.Outbox.Notice($"Marking node {node.Id} as failing (quorum reached).");
        Fail(node);
        _sender.BroadcastFail(node);
    }

    /// <summary>
    /// A replica, or a primary without slots, is back when it answers. A primary with slots only after a while, in
    /// which a replica would have taken over: it may be back with nobody knowing, but not while it is being replaced.
    /// </summary>
    private void Undo(ClusterNode node)
    {
        bool isHarmless = node.IsReplica || node.Slots.Count == 0;
        long age = _state.NowMillis - node.FailedMillis;
        if (!isHarmless && age <= _state.Settings.NodeTimeoutMillis * UndoTimeouts) return;
        node.Clear(NodeFlags.Failed);
        _state.Changed();
        _state.Outbox.Notice($"Clear FAIL state for node {node.Id}: it is reachable again.");
    }
}
