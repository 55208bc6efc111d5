namespace FastShard.Cluster;

/// <summary>What the machine needs to know of the data's replication; renewed before each of its inputs.</summary>
/// <param name="Offset">The end of the stream that this node sends, or has applied.</param>
/// <param name="IsFollowing">It is told to follow a primary.</param>
/// <param name="DataAgeMillis">As a replica: since when nothing was heard from the primary.</param>
public readonly record struct ReplicationFacts(long Offset, bool IsFollowing, long DataAgeMillis)
{
    /// <summary>As a primary: writes are held back, and the offset is the last.</summary>
    public bool IsStill { get; init; }
}
