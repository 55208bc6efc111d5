namespace FastShard.Server.Statistics;

/// <summary>What commands did to one slot, as one shard counted it.</summary>
public struct SlotCounts
{
    /// <summary>Time spent in commands with keys of the slot.</summary>
    public long Nanos;

    /// <summary>Bytes of their requests.</summary>
    public long BytesIn;

    /// <summary>Bytes of their replies.</summary>
    public long BytesOut;

    /// <summary>Adds another shard's counts.</summary>
    public void Add(in SlotCounts other)
    {
        Nanos += other.Nanos;
        BytesIn += other.BytesIn;
        BytesOut += other.BytesOut;
    }
}
