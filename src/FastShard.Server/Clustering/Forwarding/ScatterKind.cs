namespace FastShard.Server.Clustering.Forwarding;

/// <summary>How a command is divided among nodes.</summary>
internal enum ScatterKind : byte
{
    /// <summary>Each owner of slots gets its keys.</summary>
    Keys,

    /// <summary>Each primary gets the same.</summary>
    Nodes,

    /// <summary>One primary after the other, as a cursor says.</summary>
    Walk,
}
