namespace FastShard.Server.Saving;

/// <summary>What came of a request to end.</summary>
internal enum ShutdownStep
{
    /// <summary>It is prepared: nothing runs any more.</summary>
    Granted,

    /// <summary>Replicas are waited for, with writes paused.</summary>
    Waits,

    /// <summary>It must not come: the server goes on.</summary>
    Refused,
}
