namespace FastShard.Replication.Replica;

/// <summary>What a line from the primary led to.</summary>
public enum LinkEvent
{
    /// <summary>More lines are to come.</summary>
    None,

    /// <summary>A snapshot follows, and behind it the stream from the named place on.</summary>
    Full,

    /// <summary>The stream goes on where it was, perhaps under another name.</summary>
    Partial,

    /// <summary>The primary cannot serve now: to be tried again.</summary>
    Later,

    /// <summary>The primary does not want to, or is none.</summary>
    Failed,
}
