namespace FastShard.Memory;

/// <summary>What a buffer is for, so that INFO can tell whose the memory is.</summary>
public enum BufferUse
{
    /// <summary>Requests, and whatever else clients are the reason of.</summary>
    Clients,

    /// <summary>Effects on their way to the append-only file.</summary>
    Journal,

    /// <summary>Records of a snapshot on their way to its file.</summary>
    Snapshot,
}
