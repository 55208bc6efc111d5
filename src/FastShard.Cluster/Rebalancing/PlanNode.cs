using FastShard.Cluster.State;

namespace FastShard.Cluster.Rebalancing;

/// <summary>A primary as the planner sees it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Weight">Its part of the whole, against the others'; 0 = it is to be emptied.</param>
/// <param name="Slots">What it owns.</param>
public sealed record PlanNode(NodeId Id, double Weight, SlotSet Slots);
