namespace FastShard.Server.Clustering;

/// <summary>What CLUSTERSCAN's options say.</summary>
internal sealed class ScanWish
{
    /// <summary>About so many keys are looked at.</summary>
    public long Count { get; set; }

    /// <summary>The only slot to look at; -1 = all.</summary>
    public int Slot { get; set; }

    public byte[] Pattern { get; set; } = [];

    public byte[] Type { get; set; } = [];
}
