namespace FastShard.Persistence.Journals;

/// <summary>How the loading of a file ended.</summary>
public enum AofLoadStatus : byte
{
    /// <summary>All of it was applied.</summary>
    Complete,

    /// <summary>It ends in the midst of a command or a transaction; what came before was applied.</summary>
    Torn,

    /// <summary>It cannot be read, or holds what is no command.</summary>
    Failed,
}
