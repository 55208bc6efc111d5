namespace FastShard.Cluster.Rebalancing;

/// <summary>Slots that go together from one primary to another.</summary>
/// <param name="Number">Its place in the plan, from 1 on.</param>
/// <param name="From">Who owns the slots.</param>
/// <param name="To">Who is to own them.</param>
/// <param name="Ranges">The slots, rising: one run where they lie together.</param>
/// <param name="Cost">What has to be moved.</param>
/// <param name="Millis">How long that takes with the bandwidth that it gets.</param>
public sealed record PlannedMove(
    int Number, NodeId From, NodeId To, IReadOnlyList<SlotRange> Ranges, SlotMeasure Cost, long Millis)
{
    /// <summary>Slots of all runs.</summary>
    public int Slots
    {
        get
        {
            int slots = 0;
            foreach (SlotRange range in Ranges) slots += range.Count;
            return slots;
        }
    }
}
