namespace FastShard.Server.Configuration;

/// <summary>When a replica loads a snapshot while it comes, and not from a file behind its end.</summary>
public enum DisklessLoad
{
    Disabled,

    /// <summary>When it has no keys that would be lost.</summary>
    OnEmptyDb,

    /// <summary>
    /// What is here stays until all has come, as with <see cref="Disabled"/>: there is never twice the memory.
    /// </summary>
    SwapDb,
}
