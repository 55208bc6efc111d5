using FastShard.Cluster.State;

namespace FastShard.Server.Migration;

/// <summary>Slots that a connection brings here, from the node that has them.</summary>
internal sealed class SlotImport(SlotSet slots)
{
    /// <summary>Which.</summary>
    public SlotSet Slots { get; } = slots;
}
