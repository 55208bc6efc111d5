using FastShard.Cluster.State;

namespace FastShard.Cluster.Rebalancing;

/// <summary>A node at one moment.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Primary">Whom it follows; none = it is a primary.</param>
/// <param name="HasFailed">A majority has given it up.</param>
/// <param name="IsInDoubt">This node hears nothing of it.</param>
/// <param name="Slots">What it owns; must not be changed.</param>
public sealed record ViewNode(
    NodeId Id, NodeAddress Address, NodeId Primary, bool HasFailed, bool IsInDoubt, SlotSet Slots)
{
    public bool IsPrimary => Primary.IsNone;

    /// <summary>It may give and get slots.</summary>
    public bool IsSound => IsPrimary && !HasFailed && !IsInDoubt;
}
