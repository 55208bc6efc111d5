using FastShard.Cluster;
using FastShard.Cluster.State;

namespace FastShard.UnitTests.Cluster.Rebalancing;

/// <summary>A node of the simulated cluster.</summary>
internal sealed class SimPrimary(NodeId id)
{
    public NodeId Id { get; } = id;

    public SlotSet Slots { get; } = new();

    public NodeId Primary { get; set; }

    public bool HasFailed { get; set; }

    public bool IsInDoubt { get; set; }

    public bool IsSound => Primary.IsNone && !HasFailed && !IsInDoubt;
}
