// Carries plans out, without knowing how slots are moved, what time it is, or where nodes are:
//
//   Observe, Report, and an operator's Apply, Pause, Resume, Abort   go in
//   TakeOrders                                                       is what to do then
//
// The cluster itself holds what has been moved; nothing is written down. If the node that carries a plan out is lost,
// each slot is with its old or its new owner, and an operator makes another plan.

namespace FastShard.Cluster.Rebalancing;

/// <summary>The state machine of rebalancing on one node.</summary>
public sealed class Rebalancer(RebalanceSettings settings)
{
    private readonly RebalanceGuard _guard = new();
    private readonly List<RebalanceOrder> _orders = [];
    private MoveRun? _run;
    private bool _isPaused;
    private bool _isOwnIdea;
    private long _proposedMillis;
    private string _endReason = "";

    /// <summary>The directives.</summary>
    public RebalanceSettings Settings { get; set; } = settings;

    public RebalancePhase Phase { get; private set; }

    /// <summary>Why it holds, waits or has failed.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>What is carried out, was last, or waits for an operator's word.</summary>
    public RebalancePlan? Plan { get; private set; }

    /// <summary>How far each of its moves is.</summary>
    public IReadOnlyList<MoveProgress> Moves => _run?.All ?? [];

    /// <summary>A plan is being carried out.</summary>
    public bool IsActive => Phase is RebalancePhase.Running or RebalancePhase.Paused or RebalancePhase.Holding
        or RebalancePhase.Waiting or RebalancePhase.Aborting;

    /// <summary>Somebody has to look at the cluster all the time.</summary>
    public bool NeedsHealth => IsActive || Settings.IsAutomatic;

    /// <summary>Time has passed: how the cluster is now.</summary>
    public void Observe(long nowMillis, ClusterView view, HealthReport health)
    {
        _guard.Observe(nowMillis, view, health, Settings);
        if (Phase == RebalancePhase.Approval && Plan!.World != view.Fingerprint) Become(RebalancePhase.Idle, "");
        if (IsActive) Advance(nowMillis, view, health);
        else if (Settings.IsAutomatic) ConsiderProposal(nowMillis, view, health);
    }

    /// <summary>What there is to do; the list is the caller's.</summary>
    public List<RebalanceOrder> TakeOrders()
    {
        List<RebalanceOrder> orders = [.. _orders];
        _orders.Clear();
        return orders;
    }

    /// <summary>Something was heard of a move.</summary>
    public void Report(PlannedMove move, MoveReport report, long nowMillis) => _run?.Report(move, report, nowMillis);

    /// <summary>An operator wants a plan carried out. Null, or why not.</summary>
    public string? Apply(RebalancePlan plan, ClusterView view)
    {
        if (IsActive) return "a plan is being carried out";
        if (plan.Moves.Count == 0) return "the plan moves nothing";
        if (plan.World != view.Fingerprint) return "the cluster has changed since the plan was made";
        Begin(plan, isOwnIdea: false);
        return null;
    }

    /// <summary>The automatic mode's plan, as it was asked for.</summary>
    public void Propose(RebalancePlan plan, ClusterView view)
    {
        if (IsActive || !Settings.IsAutomatic || plan.Moves.Count == 0 || plan.World != view.Fingerprint) return;
        if (plan.Cost.Bytes <= Settings.ApprovalBytes)
        {
            Begin(plan, isOwnIdea: true);
            return;
        }
        Plan = plan;
        _run = null;
        Become(RebalancePhase.Approval, $"{plan.Cost.Bytes} bytes would move: CLUSTER REBALANCE APPLY {plan.Id}");
    }

    /// <summary>No more moves begin; those under way go on.</summary>
    public string? Pause()
    {
        if (!IsActive || Phase == RebalancePhase.Aborting) return "no plan is being carried out";
        _isPaused = true;
        Become(RebalancePhase.Paused, "an operator has stopped it");
        return null;
    }

    /// <summary>Goes on, even if a failure is not long ago.</summary>
    public string? Resume()
    {
        if (!IsActive || Phase == RebalancePhase.Aborting) return "no plan is being carried out";
        _isPaused = false;
        _guard.Overrule();
        Become(RebalancePhase.Running, "");
        return null;
    }

    /// <summary>Ends it: what is under way is broken off, what was moved stays.</summary>
    public string? Abort(long nowMillis)
    {
        if (Phase == RebalancePhase.Approval)
        {
            Become(RebalancePhase.Aborted, "");
            return null;
        }
        if (!IsActive) return "no plan is being carried out";
        End(nowMillis, "", andCancel: true);
        return null;
    }

    private void Begin(RebalancePlan plan, bool isOwnIdea)
    {
        Plan = plan;
        _run = new MoveRun(plan);
        _isPaused = false;
        _isOwnIdea = isOwnIdea;
        _endReason = "";
        Become(RebalancePhase.Running, "");
    }

    private void Advance(long nowMillis, ClusterView view, HealthReport health)
    {
        _run!.Compare(view, nowMillis);
        if (_run.HasFailure && Phase != RebalancePhase.Aborting) End(nowMillis, FailureText(), andCancel: false);
        if (_run.IsOver)
        {
            RebalancePhase end = Phase != RebalancePhase.Aborting ? RebalancePhase.Done
                : _endReason.Length > 0 ? RebalancePhase.Failed : RebalancePhase.Aborted;
            Become(end, _endReason);
            return;
        }
        _run.Follow(view, _orders);
        if (Phase == RebalancePhase.Aborting || _isPaused) return;
        RebalancePhase phase = _guard.Judge(nowMillis, Settings, out string reason);
        if (phase == RebalancePhase.Running && _isOwnIdea && !HasMajority(view, health))
        {
            phase = RebalancePhase.Holding;
            reason = "no majority of the primaries sees the same cluster";
        }
        Become(phase, reason);
        if (phase == RebalancePhase.Running) _run.Begin(view, Settings, nowMillis, _orders);
    }

    // One node does it, the one that comes first by name among those that are well: all that agree know which.
    private void ConsiderProposal(long nowMillis, ClusterView view, HealthReport health)
    {
        if (Phase == RebalancePhase.Approval || nowMillis - _proposedMillis < Settings.IntervalMillis) return;
        foreach (ViewNode node in view.Nodes)
        {
            if (node.IsSound && node.Id < view.Myself) return;
        }
        if (view.Find(view.Myself) is not { IsSound: true } || !HasMajority(view, health)) return;
        if (_guard.Judge(nowMillis, Settings, out _) != RebalancePhase.Running) return;
        _proposedMillis = nowMillis;
        _orders.Add(new RebalanceOrder(OrderKind.Propose, null, 0));
    }

    private static bool HasMajority(ClusterView view, HealthReport health) =>
        health.AgreeingNodes * 2 > view.PrimaryCount;

    private void End(long nowMillis, string reason, bool andCancel)
    {
        if (Phase == RebalancePhase.Aborting) return;
        _endReason = reason;
        _run!.End(nowMillis, _orders, andCancel);
        Become(RebalancePhase.Aborting, reason);
    }

    private string FailureText()
    {
        foreach (MoveProgress progress in Moves)
        {
            if (progress.State == MoveState.Failed) return $"move {progress.Move.Number}: {progress.Text}";
        }
        return "";
    }

    private void Become(RebalancePhase phase, string reason)
    {
        Phase = phase;
        Reason = reason;
    }
}
