namespace FastShard.Persistence.Snapshots;

/// <summary>How a step of a shard's walk ended.</summary>
public enum WalkOutcome
{
    /// <summary>There is more to do, now.</summary>
    More,

    /// <summary>There is more to do when the writer has caught up.</summary>
    Paused,

    /// <summary>Every entry of the shard is taken.</summary>
    Finished,
}
