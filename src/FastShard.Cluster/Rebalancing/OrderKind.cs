namespace FastShard.Cluster.Rebalancing;

/// <summary>What the rebalancer wants done.</summary>
public enum OrderKind
{
    /// <summary>Begin a move.</summary>
    Start,

    /// <summary>Find out how far a move is.</summary>
    Look,

    /// <summary>Break a move off.</summary>
    Cancel,

    /// <summary>Measure all slots, make a plan, and propose it: the automatic mode's.</summary>
    Propose,
}
