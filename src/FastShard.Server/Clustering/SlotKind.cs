namespace FastShard.Server.Clustering;

/// <summary>What a node of a cluster does with a slot.</summary>
internal enum SlotKind : byte
{
    /// <summary>Nobody has it.</summary>
    Unserved,

    /// <summary>This node serves it.</summary>
    Mine,

    /// <summary>Another node does.</summary>
    Elsewhere,

    /// <summary>This node serves it, and its keys are on their way to another.</summary>
    Leaving,

    /// <summary>Another node serves it, and its keys are on their way here.</summary>
    Coming,
}
