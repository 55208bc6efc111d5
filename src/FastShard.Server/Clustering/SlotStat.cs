using FastShard.Server.Statistics;

namespace FastShard.Server.Clustering;

/// <summary>One slot's line of CLUSTER SLOT-STATS.</summary>
internal readonly record struct SlotStat(int Slot, long Keys, long Bytes, SlotCounts Counts)
{
    public long this[SlotMetric metric] => metric switch
    {
        SlotMetric.KeyCount => Keys,
        SlotMetric.CpuMicros => Counts.Nanos / 1000,
        SlotMetric.MemoryBytes => Bytes,
        SlotMetric.NetworkBytesIn => Counts.BytesIn,
        _ => Counts.BytesOut,
    };
}
