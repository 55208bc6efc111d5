namespace FastShard.Server.Tracking;

/// <summary>What a client that tracks is told.</summary>
internal enum InvalidationKind
{
    /// <summary>These keys are not what they were.</summary>
    Keys,

    /// <summary>No key is what it was: a database was emptied.</summary>
    Everything,

    /// <summary>The client that was to be told in its place has gone.</summary>
    BrokenRedirect,
}
