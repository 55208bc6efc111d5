namespace FastShard.Cluster.Rebalancing;

/// <summary>
/// What really moves slots. Each call says what is known when it returns: a move that was started is running, failed,
/// or done already; where nobody answered it is unknown, and the owner of the slots tells later.
/// </summary>
public interface IMoveExecutor
{
    /// <summary>Begins a move, with so many bytes a second; 0 = as fast as it goes.</summary>
    MoveReport Start(PlannedMove move, long bytesPerSecond);

    /// <summary>How far it is.</summary>
    MoveReport StateOf(PlannedMove move);

    /// <summary>Breaks it off: the slots stay where they are, or are where they should be already.</summary>
    MoveReport Cancel(PlannedMove move);
}
