namespace FastShard.Server.Clustering;

/// <summary>What becomes of a command in a cluster.</summary>
internal enum RulingKind : byte
{
    /// <summary>It may run here.</summary>
    Here,

    /// <summary>Its slot is another node's.</summary>
    Moved,

    /// <summary>Its keys are on their way to another node, or there already.</summary>
    Ask,

    /// <summary>Its keys are of several slots.</summary>
    CrossSlot,

    /// <summary>Some of its keys are here and some at another node.</summary>
    TryAgain,

    /// <summary>Nobody can serve it.</summary>
    Down,
}
