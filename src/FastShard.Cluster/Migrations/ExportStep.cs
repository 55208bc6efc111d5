namespace FastShard.Cluster.Migrations;

/// <summary>What the server is to do next for slots on their way.</summary>
public enum ExportStep
{
    /// <summary>Connect to the target.</summary>
    Connect,

    /// <summary>Ask it to take the slots.</summary>
    Establish,

    /// <summary>Send the keys, and changes from then on.</summary>
    Copy,

    /// <summary>Let writes of the slots wait.</summary>
    HoldWrites,

    /// <summary>Let them go on.</summary>
    ReleaseWrites,

    /// <summary>Let reads of the slots wait, and tell the target to take the slots over.</summary>
    Claim,

    /// <summary>Let reads go on.</summary>
    ReleaseReads,

    /// <summary>
    /// Ask the target, by a new connection, whether it has taken them over; if not it must not any more.
    /// </summary>
    Ask,

    /// <summary>Take a config epoch above the one that the target was given.</summary>
    Reclaim,

    /// <summary>Note that the target has taken them over: it said so, and the bus did not.</summary>
    Yield,

    /// <summary>Close the connection, and forget what was kept for it.</summary>
    End,
}
