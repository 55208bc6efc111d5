namespace FastShard.Engine.SortedSets;

/// <summary>A range of members of sets whose scores are all the same.</summary>
internal readonly ref struct LexRange
{
    private readonly LexBound _min;
    private readonly LexBound _max;

    private LexRange(LexBound min, LexBound max)
    {
        _min = min;
        _max = max;
    }

    /// <summary>Reads both ends; false when one is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> min, ReadOnlySpan<byte> max, out LexRange range)
    {
        range = default;
        if (!LexBound.TryParse(min, out LexBound low) || !LexBound.TryParse(max, out LexBound high)) return false;
        range = new LexRange(low, high);
        return true;
    }

    /// <summary>The ranks of the members in the range: from the first up to, without, the end.</summary>
    public void Locate(scoped in SortedSetValue value, out long first, out long end)
    {
        first = _min.CountBefore(value, isEnd: false);
        end = _max.CountBefore(value, isEnd: true);
    }
}
