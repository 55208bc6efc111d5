namespace FastShard.Server.HotKeys;

/// <summary>A hot key as it is shown: all shards' counts of it together.</summary>
internal sealed class HotKey
{
    public required byte[] Name { get; init; }

    public required int Database { get; init; }

    public required int Slot { get; init; }

    public required ulong Hash { get; init; }

    /// <summary>Reads a second.</summary>
    public double Reads { get; set; }

    /// <summary>Writes a second.</summary>
    public double Writes { get; set; }

    /// <summary>Bytes a second, requests and replies.</summary>
    public double Bytes { get; set; }

    /// <summary>The largest part of a shard's commands on keys that it is, 0 to 1.</summary>
    public double Share { get; set; }

    /// <summary>On which shard that is.</summary>
    public int Shard { get; set; }

    public double Operations => Reads + Writes;
}
