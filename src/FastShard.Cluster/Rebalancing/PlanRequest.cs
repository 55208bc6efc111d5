using FastShard.Cluster.State;

namespace FastShard.Cluster.Rebalancing;

/// <summary>What there is to balance, and how.</summary>
public sealed record PlanRequest
{
    /// <summary>The primaries that answer: those that do not, and replicas, neither give nor get anything.</summary>
    public required IReadOnlyList<PlanNode> Nodes { get; init; }

    /// <summary>What was measured of each slot.</summary>
    public SlotMeasure[] Measures { get; init; } = new SlotMeasure[SlotSet.Slots];

    public BalanceBy By { get; init; }

    /// <summary>Nothing moves while every node is nearer to its part than this: 0.02 = 2 %.</summary>
    public double Threshold { get; init; } = 0.02;

    /// <summary>A move is not larger, as long as it is of more than one slot.</summary>
    public long MoveBytesMax { get; init; } = long.MaxValue;

    /// <summary>All moves together.</summary>
    public long BytesPerSecond { get; init; } = 64L << 20;

    /// <summary>Moves at the same time.</summary>
    public int ParallelMoves { get; init; } = 1;
}
