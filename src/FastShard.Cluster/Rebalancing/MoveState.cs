namespace FastShard.Cluster.Rebalancing;

/// <summary>How far a move is.</summary>
public enum MoveState
{
    /// <summary>Nobody who was asked could say; the owner of the slots will tell.</summary>
    Unknown,

    /// <summary>Not begun.</summary>
    Pending,

    /// <summary>Under way.</summary>
    Running,

    /// <summary>The slots are where they should be.</summary>
    Done,

    /// <summary>It was tried as often as may be.</summary>
    Failed,

    /// <summary>Somebody broke it off; the slots are where they were.</summary>
    Cancelled,

    /// <summary>It cannot be done any more: the slots, or their new owner, are not what they were.</summary>
    Skipped,
}
