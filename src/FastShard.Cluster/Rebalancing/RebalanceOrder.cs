namespace FastShard.Cluster.Rebalancing;

/// <summary>One thing to do; there is no move where a plan is asked for.</summary>
public readonly record struct RebalanceOrder(OrderKind Kind, PlannedMove? Move, long BytesPerSecond);
