namespace FastShard.Server.Statistics;

/// <summary>What one shard counted of one command: a line of INFO commandstats.</summary>
public struct CommandCounts
{
    /// <summary>Executions, failed ones included.</summary>
    public long Calls;

    /// <summary>Time spent in them.</summary>
    public long Nanos;

    /// <summary>Refused before execution (arity, rights, memory...).</summary>
    public long Rejected;

    /// <summary>Executions that replied with an error.</summary>
    public long Failed;

    /// <summary>Adds another shard's counts.</summary>
    public void Add(in CommandCounts other)
    {
        Calls += other.Calls;
        Nanos += other.Nanos;
        Rejected += other.Rejected;
        Failed += other.Failed;
    }
}
