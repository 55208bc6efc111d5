using FastShard.Cluster.Rebalancing;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>How states are called in replies and in the log.</summary>
internal static class RebalanceText
{
    public static string NameOf(RebalancePhase phase) => phase switch
    {
        RebalancePhase.Idle => "idle",
        RebalancePhase.Approval => "awaiting-approval",
        RebalancePhase.Running => "running",
        RebalancePhase.Paused => "paused",
        RebalancePhase.Holding => "holding",
        RebalancePhase.Waiting => "waiting",
        RebalancePhase.Aborting => "aborting",
        RebalancePhase.Done => "done",
        RebalancePhase.Aborted => "aborted",
        _ => "failed",
    };

    public static string NameOf(MoveState state) => state switch
    {
        MoveState.Pending => "pending",
        MoveState.Running => "running",
        MoveState.Done => "done",
        MoveState.Failed => "failed",
        MoveState.Cancelled => "cancelled",
        MoveState.Skipped => "skipped",
        _ => "unknown",
    };

    /// <summary>"0-99 200-299".</summary>
    public static string RangesOf(PlannedMove move) => string.Join(' ', move.Ranges);
}
