namespace FastShard.Replication.Failovers;

/// <summary>How far the handing over of a primary's role is.</summary>
public enum FailoverState
{
    None,

    /// <summary>Writes are held back until the replica has all of the stream.</summary>
    WaitingForSync,

    /// <summary>This server follows the replica, which is asked to be the primary.</summary>
    InProgress,
}
