namespace FastShard.Server.Statistics;

/// <summary>The three logs of COMMANDLOG. SLOWLOG is the first of them.</summary>
public enum CommandLogKind
{
    /// <summary>Execution took long; the amount is microseconds.</summary>
    Slow,

    /// <summary>The request was long; the amount is bytes.</summary>
    LargeRequest,

    /// <summary>The reply was long; the amount is bytes.</summary>
    LargeReply,
}
