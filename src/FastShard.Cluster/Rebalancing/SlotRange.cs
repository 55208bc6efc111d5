namespace FastShard.Cluster.Rebalancing;

/// <summary>Slots in a row, both ends included.</summary>
public readonly record struct SlotRange(int First, int Last)
{
    public int Count => Last - First + 1;

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
