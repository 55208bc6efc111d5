namespace FastShard.Cluster.Rebalancing;

/// <summary>A move of the plan that is carried out.</summary>
public sealed class MoveProgress
{
    internal MoveProgress(PlannedMove move) => Move = move;

    public PlannedMove Move { get; }

    public MoveState State { get; internal set; } = MoveState.Pending;

    /// <summary>What was heard of it last.</summary>
    public string Text { get; internal set; } = "";

    public long StartedMillis { get; internal set; }

    public long EndedMillis { get; internal set; }

    internal int Attempts { get; set; }

    internal long RetryMillis { get; set; }

    internal bool IsCancelling { get; set; }

    /// <summary>Nothing more happens to it.</summary>
    public bool IsOver => State is MoveState.Done or MoveState.Failed or MoveState.Cancelled or MoveState.Skipped;
}
