namespace FastShard.Cluster;

/// <summary>What the server is to do.</summary>
public enum EffectKind
{
    /// <summary>Send a packet down a link.</summary>
    Send,

    /// <summary>Connect to a node's bus, under the link's number.</summary>
    OpenLink,

    /// <summary>Close a link; nothing more is said of it.</summary>
    CloseLink,

    /// <summary>Replicate from an address.</summary>
    Follow,

    /// <summary>Replicate from nobody.</summary>
    Lead,

    /// <summary>Remove all keys.</summary>
    Flush,

    /// <summary>Remove the keys of a slot that belongs to another node now.</summary>
    DropSlot,

    /// <summary>Hold writes back, until the failover is over or a time has come.</summary>
    PauseWrites,

    /// <summary>Let writes go on.</summary>
    ResumeWrites,

    /// <summary>Deliver a message to the subscribers of a channel.</summary>
    Deliver,

    /// <summary>Deliver a message to the subscribers of a sharded channel.</summary>
    DeliverShard,

    /// <summary>Put a line into the log.</summary>
    Notice,
}
