namespace FastShard.Persistence.Journals;

/// <summary>What was found at a place of a journal.</summary>
public enum ScanStatus : byte
{
    /// <summary>A whole request.</summary>
    Request,

    /// <summary>A note for people and tools: a line that begins with #.</summary>
    Note,

    /// <summary>The bytes end in the midst of something that is right so far.</summary>
    Incomplete,

    /// <summary>No request.</summary>
    Malformed,
}
