namespace FastShard.Cluster.Rebalancing;

/// <summary>What a node has before and after a plan.</summary>
/// <param name="Id">Which node.</param>
/// <param name="Weight">Its part of the whole, against the others'.</param>
/// <param name="SlotsBefore">Slots now.</param>
/// <param name="SlotsAfter">Slots then.</param>
/// <param name="Before">What they hold now.</param>
/// <param name="After">What they hold then.</param>
/// <param name="PartBefore">Its part of all that is balanced, 1 = the whole.</param>
/// <param name="PartAfter">The same then.</param>
public sealed record NodeShare(
    NodeId Id, double Weight, int SlotsBefore, int SlotsAfter, SlotMeasure Before, SlotMeasure After,
    double PartBefore, double PartAfter);
