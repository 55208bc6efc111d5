namespace FastShard.Server.Replication;

/// <summary>How far a replica is with its primary.</summary>
internal enum LinkState
{
    /// <summary>Nothing is under way: it is tried again soon.</summary>
    Idle,

    Connecting,

    /// <summary>The handshake.</summary>
    Greeting,

    /// <summary>A snapshot comes.</summary>
    Receiving,

    /// <summary>It has come, and takes the place of what was here.</summary>
    Loading,

    /// <summary>The stream comes.</summary>
    Connected,
}
