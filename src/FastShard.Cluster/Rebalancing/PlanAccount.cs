using FastShard.Cluster.State;

namespace FastShard.Cluster.Rebalancing;

/// <summary>A node while a plan is made: what it has, what it should have, and what it may still give away.</summary>
internal sealed class PlanAccount
{
    public PlanAccount(PlanNode node, double cost, double target)
    {
        Node = node;
        Cost = cost;
        Target = target;
        for (int from = 0; node.Slots.TryNextRange(from, out int first, out int last); from = last + 1)
        {
            for (int slot = first; slot <= last; slot++) Own.Add(slot);
        }
        Slots = Own.Count;
    }

    public PlanNode Node { get; }

    /// <summary>Its part if it weighs as it should.</summary>
    public double Target { get; }

    /// <summary>Its part as planned so far.</summary>
    public double Cost { get; set; }

    /// <summary>Slots as planned so far.</summary>
    public int Slots { get; set; }

    /// <summary>What of its slots has not been given away, in order. What it gets does not come in: a slot moves
    /// once.</summary>
    public List<int> Own { get; } = [];

    public bool IsDrained => Node.Weight <= 0;

    /// <summary>What it lacks; below 0 = what it has too much.</summary>
    public double Deficit => Target - Cost;
}
