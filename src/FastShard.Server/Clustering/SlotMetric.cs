namespace FastShard.Server.Clustering;

/// <summary>What CLUSTER SLOT-STATS tells of a slot, in the order in which it does.</summary>
internal enum SlotMetric
{
    KeyCount,
    CpuMicros,
    MemoryBytes,
    NetworkBytesIn,
    NetworkBytesOut,
}
