namespace FastShard.Engine.Sorting;

/// <summary>An element on its way through a sort: where its bytes are, and what it is sorted by.</summary>
internal struct SortItem
{
    /// <summary>Place of the element's bytes in the arena.</summary>
    public int Offset;

    public int Length;

    /// <summary>What a numeric sort goes by.</summary>
    public double Weight;

    /// <summary>Place of the bytes that an alphabetic sort goes by, -1 where there are none.</summary>
    public int TextOffset;

    public int TextLength;
}
