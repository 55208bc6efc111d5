namespace FastShard.Replication.Failovers;

/// <summary>What is to be done about a failover now.</summary>
public enum FailoverStep
{
    Wait,

    /// <summary>
    /// The target has all of the stream, or its time is over and force was asked for: it is to be followed.
    /// </summary>
    Follow,

    /// <summary>The time is over.</summary>
    GiveUp,
}
