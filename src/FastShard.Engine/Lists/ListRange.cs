namespace FastShard.Engine.Lists;

/// <summary>Part of a list by two indexes, which count from the end where they are negative.</summary>
internal readonly record struct ListRange(long Start, long Count)
{
    /// <summary>What lies between the indexes, both included, in a list of so many elements; may be nothing.</summary>
    public static ListRange Clip(long start, long end, long length)
    {
        if (start < 0) start = Math.Max(start + length, 0);
        if (end < 0) end += length;
        if (end >= length) end = length - 1;
        return start > end || start >= length ? new ListRange(0, 0) : new ListRange(start, end - start + 1);
    }
}
