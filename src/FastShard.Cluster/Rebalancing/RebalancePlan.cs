namespace FastShard.Cluster.Rebalancing;

/// <summary>What would be moved, and what comes of it.</summary>
/// <param name="Moves">The moves; none = all is well as it is.</param>
/// <param name="Shares">Each node, before and after.</param>
/// <param name="Millis">How long all of it takes.</param>
public sealed record RebalancePlan(
    IReadOnlyList<PlannedMove> Moves, IReadOnlyList<NodeShare> Shares, long Millis)
{
    /// <summary>What it is called; empty = nobody has given it a name yet.</summary>
    public string Id { get; init; } = "";

    /// <summary>The cluster that it is for: see <see cref="ClusterView.Fingerprint"/>.</summary>
    public ulong World { get; init; }

    /// <summary>When it was made.</summary>
    public long MadeMillis { get; init; }

    /// <summary>What all moves move.</summary>
    public SlotMeasure Cost
    {
        get
        {
            SlotMeasure cost = default;
            foreach (PlannedMove move in Moves) cost += move.Cost;
            return cost;
        }
    }

    /// <summary>Slots that move.</summary>
    public int Slots
    {
        get
        {
            int slots = 0;
            foreach (PlannedMove move in Moves) slots += move.Slots;
            return slots;
        }
    }
}
