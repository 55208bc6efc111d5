namespace FastShard.Cluster.Rebalancing;

/// <summary>What a slot, or several, holds and does.</summary>
/// <param name="Keys">Keys.</param>
/// <param name="Bytes">Bytes of memory.</param>
/// <param name="Load">Processor time, in microseconds of whatever interval was measured; 0 = nobody measured.</param>
public readonly record struct SlotMeasure(long Keys, long Bytes, long Load)
{
    public static SlotMeasure operator +(SlotMeasure left, SlotMeasure right) =>
        new(left.Keys + right.Keys, left.Bytes + right.Bytes, left.Load + right.Load);

    public static SlotMeasure operator -(SlotMeasure left, SlotMeasure right) =>
        new(left.Keys - right.Keys, left.Bytes - right.Bytes, left.Load - right.Load);
}
