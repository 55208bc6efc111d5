namespace FastShard.Persistence.Snapshots;

/// <summary>How far a snapshot is.</summary>
public enum SnapshotState
{
    /// <summary>Shards hand on chunks, or the last of them are being written.</summary>
    Running,

    /// <summary>It was given up; shards still mark their entries as taken.</summary>
    Cancelled,

    /// <summary>All is written and lasting.</summary>
    Done,

    /// <summary>It could not be written.</summary>
    Failed,
}
