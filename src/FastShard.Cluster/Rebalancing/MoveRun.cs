namespace FastShard.Cluster.Rebalancing;

/// <summary>The moves of one plan on their way. What the cluster itself says of a slot's owner is the truth.</summary>
internal sealed class MoveRun
{
    private const int AttemptsMax = 3;
    private const long RetryMillis = 5000;

    private readonly List<MoveProgress> _moves = [];
    private readonly Dictionary<PlannedMove, MoveProgress> _byMove = [];
    private bool _isEnding;

    public MoveRun(RebalancePlan plan)
    {
        foreach (PlannedMove move in plan.Moves)
        {
            var progress = new MoveProgress(move);
            _moves.Add(progress);
            _byMove.Add(move, progress);
        }
    }

    public IReadOnlyList<MoveProgress> All => _moves;

    public bool IsOver => _moves.TrueForAll(static move => move.IsOver);

    public bool HasFailure => _moves.Exists(static move => move.State == MoveState.Failed);

    /// <summary>Something was heard of a move.</summary>
    public void Report(PlannedMove move, MoveReport report, long nowMillis)
    {
        if (!_byMove.TryGetValue(move, out MoveProgress? progress) || progress.IsOver) return;
        if (report.Text.Length > 0) progress.Text = report.Text;
        switch (report.State)
        {
            case MoveState.Failed:
                bool isLast = _isEnding || progress.Attempts >= AttemptsMax;
                progress.State = isLast ? MoveState.Failed : MoveState.Pending;
                progress.RetryMillis = nowMillis + (RetryMillis * progress.Attempts);
                progress.EndedMillis = progress.IsOver ? nowMillis : 0;
                break;
            case MoveState.Cancelled when !_isEnding:
                // Broken off because a node was lost: it begins anew when all is well, if it is still to be done.
                progress.State = MoveState.Pending;
                progress.IsCancelling = false;
                break;
            case MoveState.Done or MoveState.Cancelled:
                progress.State = report.State;
                progress.EndedMillis = nowMillis;
                break;
            case MoveState.Running or MoveState.Unknown:
                progress.State = report.State;
                break;
        }
    }

    /// <summary>Looks who owns the slots now.</summary>
    public void Compare(ClusterView view, long nowMillis)
    {
        foreach (MoveProgress progress in _moves)
        {
            if (progress.IsOver) continue;
            PlannedMove move = progress.Move;
            if (view.Owns(move.To, move)) End(progress, MoveState.Done, "", nowMillis);
            else if (!view.Owns(move.From, move))
                End(progress, MoveState.Skipped, "the slots are elsewhere", nowMillis);
            else if (progress.State == MoveState.Pending
                && view.Find(move.To) is not { IsPrimary: true, HasFailed: false })
                End(progress, MoveState.Skipped, "its target is gone", nowMillis);
        }
    }

    /// <summary>The next moves, as many as there may be at a time, of sound nodes that have no other.</summary>
    public void Begin(ClusterView view, RebalanceSettings settings, long nowMillis, List<RebalanceOrder> orders)
    {
        HashSet<NodeId> busy = [];
        int running = 0;
        foreach (MoveProgress progress in _moves)
        {
            if (!IsUnderWay(progress)) continue;
            running++;
            busy.Add(progress.Move.From);
            busy.Add(progress.Move.To);
        }
        int parallel = Math.Max(1, settings.ParallelMoves);
        foreach (MoveProgress progress in _moves)
        {
            PlannedMove move = progress.Move;
            if (running >= parallel) return;
            if (progress.State != MoveState.Pending || nowMillis < progress.RetryMillis) continue;
            if (view.Find(move.From) is not { IsSound: true } || view.Find(move.To) is not { IsSound: true }) continue;
            if (busy.Contains(move.From) || busy.Contains(move.To)) continue;
            busy.Add(move.From);
            busy.Add(move.To);
            running++;
            progress.Attempts++;
            progress.State = MoveState.Unknown;
            progress.StartedMillis = nowMillis;
            progress.IsCancelling = false;
            orders.Add(new RebalanceOrder(OrderKind.Start, move, settings.BytesPerSecond / parallel));
        }
    }

    /// <summary>Asks how far those are that were begun; those whose nodes have failed are broken off.</summary>
    public void Follow(ClusterView view, List<RebalanceOrder> orders)
    {
        foreach (MoveProgress progress in _moves)
        {
            if (!IsUnderWay(progress)) continue;
            PlannedMove move = progress.Move;
            bool isLost = view.Find(move.From) is not { IsPrimary: true, HasFailed: false }
                || view.Find(move.To) is not { IsPrimary: true, HasFailed: false };
            if (isLost) Cancel(progress, orders);
            orders.Add(new RebalanceOrder(OrderKind.Look, move, 0));
        }
    }

    /// <summary>Nothing begins any more; what is under way is broken off.</summary>
    public void End(long nowMillis, List<RebalanceOrder> orders, bool andCancel)
    {
        _isEnding = true;
        foreach (MoveProgress progress in _moves)
        {
            if (progress.State == MoveState.Pending) End(progress, MoveState.Cancelled, "", nowMillis);
            else if (andCancel && IsUnderWay(progress)) Cancel(progress, orders);
        }
    }

    private static bool IsUnderWay(MoveProgress progress) => progress.State is MoveState.Running or MoveState.Unknown;

    private static void Cancel(MoveProgress progress, List<RebalanceOrder> orders)
    {
        if (progress.IsCancelling) return;
        progress.IsCancelling = true;
        orders.Add(new RebalanceOrder(OrderKind.Cancel, progress.Move, 0));
    }

    private static void End(MoveProgress progress, MoveState state, string text, long nowMillis)
    {
        progress.State = state;
        progress.Text = text;
        progress.EndedMillis = nowMillis;
    }
}
