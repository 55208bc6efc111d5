using FastShard.Memory;

namespace FastShard.Engine.Blocking;

/// <summary>What a parked command waits for: which state of a key makes it worth running again.</summary>
public enum BlockKind : byte
{
    /// <summary>A key that holds a list (BLPOP, BLMOVE, BLMPOP).</summary>
    List,

    /// <summary>A key that holds a sorted set (BZPOPMIN, BZMPOP).</summary>
    SortedSet,

    /// <summary>A key that holds a stream (XREAD).</summary>
    Stream,

    /// <summary>
    /// A consumer group's stream (XREADGROUP): also when the key is gone or holds something else, which is an error.
    /// </summary>
    StreamGroup,

    /// <summary>No key: what the client wrote is to reach the disk (WAITAOF).</summary>
    Disk,

    /// <summary>No key: what the client wrote is to reach replicas (WAIT).</summary>
    Replicas,

    /// <summary>No key: the server is to end (SHUTDOWN).</summary>
    Shutdown,

    /// <summary>No key: keys are on their way to another server (MIGRATE).</summary>
    Transfer,

    /// <summary>No key: other nodes are being asked what their slots hold (CLUSTER REBALANCE PLAN).</summary>
    Survey,
}
