namespace FastShard.Cluster.State;

/// <summary>What a node is, and what is thought of it; the bits are those of the bus.</summary>
[Flags]
public enum NodeFlags : ushort
{
    None = 0,
    Primary = 1,
    Replica = 2,

    /// <summary>It did not answer in time, as far as this node can tell.</summary>
    MayHaveFailed = 4,

    /// <summary>The majority agreed that it is down.</summary>
    Failed = 8,

    Myself = 16,

    /// <summary>Its name is not known yet: the first answer will tell.</summary>
    Handshake = 32,

    /// <summary>Where it is found is not known.</summary>
    NoAddress = 64,

    /// <summary>It is to be sent a MEET.</summary>
    Meet = 128,

    /// <summary>A primary that has, or had, replicas: others may move to it when it has none left.</summary>
    MigrateTo = 256,

    /// <summary>A replica that will not try to be promoted.</summary>
    NoFailover = 512,

    /// <summary>It reads extensions of pings.</summary>
    Extensions = 1024,
}
