namespace FastShard.Cluster.Rebalancing;

/// <summary>The directives of rebalancing; times are milliseconds.</summary>
public sealed record RebalanceSettings
{
    /// <summary>Plans are made and carried out without being asked for.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Moves at the same time, over the whole cluster. No node takes part in two.</summary>
    public int ParallelMoves { get; init; } = 1;

    /// <summary>All moves together; 0 = no limit.</summary>
    public long BytesPerSecond { get; init; } = 64L << 20;

    /// <summary>No move begins while the slowest 1 % of commands take longer on some node; 0 = never mind.</summary>
    public long LatencyLimitMicros { get; init; } = 50_000;

    /// <summary>No move begins while more of a thousand commands fail on some node; 0 = never mind.</summary>
    public int ErrorLimitPerThousand { get; init; } = 10;

    /// <summary>How long it waits after a node has failed or was replaced.</summary>
    public long FailureWaitMillis { get; init; } = 30 * 60_000;

    /// <summary>How long clients have to be well again before the next move.</summary>
    public long CalmMillis { get; init; } = 10_000;

    /// <summary>The automatic mode moves no more without an operator's word; 0 = never without.</summary>
    public long ApprovalBytes { get; init; } = 1L << 30;

    /// <summary>How often the automatic mode looks whether there is something to do.</summary>
    public long IntervalMillis { get; init; } = 60_000;
}
