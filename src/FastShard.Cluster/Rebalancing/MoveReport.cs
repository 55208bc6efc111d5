namespace FastShard.Cluster.Rebalancing;

/// <summary>What was found out about a move.</summary>
/// <param name="State">How far it is; unknown where nobody answered.</param>
/// <param name="Text">Why, where there is something to say.</param>
public readonly record struct MoveReport(MoveState State, string Text = "");
