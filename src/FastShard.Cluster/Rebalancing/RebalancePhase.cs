namespace FastShard.Cluster.Rebalancing;

/// <summary>What the rebalancer is at.</summary>
public enum RebalancePhase
{
    /// <summary>Nothing is to be moved.</summary>
    Idle,

    /// <summary>A plan of the automatic mode is too large to go ahead without an operator.</summary>
    Approval,

    /// <summary>Moves are made.</summary>
    Running,

    /// <summary>An operator has stopped it.</summary>
    Paused,

    /// <summary>Clients suffer, or a node does not answer: no move begins until that is over.</summary>
    Holding,

    /// <summary>A node failed or was replaced: no move begins for a while.</summary>
    Waiting,

    /// <summary>An operator has ended it; what is under way is being broken off.</summary>
    Aborting,

    /// <summary>All moves were made, or were not to be made any more.</summary>
    Done,

    /// <summary>An operator has ended it.</summary>
    Aborted,

    /// <summary>A move failed again and again.</summary>
    Failed,
}
