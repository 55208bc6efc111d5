namespace FastShard.Cluster.Bus;

/// <summary>What a packet says beside its type: the first byte of its message flags.</summary>
[Flags]
public enum BusMarks : byte
{
    None = 0,

    /// <summary>A primary that has stopped writes for a manual failover: its offset is final.</summary>
    Paused = 1,

    /// <summary>A request for a vote although the primary is up: somebody asked for the failover.</summary>
    ForceAck = 2,

    /// <summary>Extensions may stand behind the gossip, and are read.</summary>
    Extensions = 4,
}
