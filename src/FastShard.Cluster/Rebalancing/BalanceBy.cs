namespace FastShard.Cluster.Rebalancing;

/// <summary>What is to be spread evenly.</summary>
public enum BalanceBy
{
    /// <summary>Slots, keys, bytes and load, each as a part of its whole, on an average.</summary>
    All,
    Slots,
    Keys,
    Bytes,
    Load,
}
