namespace FastShard.Server.Clustering.Forwarding;

/// <summary>What a shard has passed on.</summary>
internal sealed class ForwardCounters
{
    /// <summary>Commands that went to another node as a whole.</summary>
    public long Forwarded;

    /// <summary>Commands of several nodes.</summary>
    public long Scattered;

    /// <summary>Their parts that went to other nodes.</summary>
    public long Parts;

    /// <summary>Redirections that were followed.</summary>
    public long Redirected;

    /// <summary>Reads that a replica was asked too.</summary>
    public long Hedged;

    /// <summary>And that it answered first.</summary>
    public long HedgesWon;

    /// <summary>Calls that no node answered.</summary>
    public long Failed;

    /// <summary>Connections made to nodes.</summary>
    public long Connected;

    public void Add(ForwardCounters other)
    {
        Forwarded += other.Forwarded;
        Scattered += other.Scattered;
        Parts += other.Parts;
        Redirected += other.Redirected;
        Hedged += other.Hedged;
        HedgesWon += other.HedgesWon;
        Failed += other.Failed;
        Connected += other.Connected;
    }
}
