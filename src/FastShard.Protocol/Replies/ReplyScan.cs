namespace FastShard.Protocol;

/// <summary>What <see cref="ReplyScanner"/> found.</summary>
public enum ReplyScan
{
    /// <summary>A whole reply.</summary>
    Complete,

    /// <summary>Its end has not come yet.</summary>
    NeedMore,

    /// <summary>Bytes that are no reply.</summary>
    Broken,
}
