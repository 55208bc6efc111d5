namespace FastShard.Replication.Primary;

/// <summary>How far a primary is with a replica.</summary>
public enum ReplicaState
{
    /// <summary>It tells about itself.</summary>
    Greeting,

    /// <summary>It has asked for the stream, and where that can begin is being found out.</summary>
    Asking,

    /// <summary>It needs a snapshot, and none has begun for it.</summary>
    AwaitsSnapshot,

    /// <summary>A snapshot is on its way.</summary>
    Receiving,

    /// <summary>It has the snapshot; the stream may follow when it says that it is ready.</summary>
    Loading,

    /// <summary>It gets the stream.</summary>
    Online,
}
