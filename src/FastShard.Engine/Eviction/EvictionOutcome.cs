namespace FastShard.Engine.Eviction;

/// <summary>How an attempt to make room ended.</summary>
public enum EvictionOutcome
{
    /// <summary>As much was freed as was asked for.</summary>
    Done,

    /// <summary>Something was freed, and the work allowed for one call is done.</summary>
    OutOfBudget,

    /// <summary>There is nothing (more) that the policy would let go.</summary>
    NothingToEvict,
}
