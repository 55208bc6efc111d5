namespace FastShard.Engine.Sorting;

/// <summary>
/// The order of two elements: by what they weigh or by text; elements that are alike in that by their own bytes, so
/// that the result never depends on chance.
/// </summary>
internal sealed class SortOrder(SortArena arena, SortOptions options) : IComparer<SortItem>
{
    private readonly bool _isAlphabetic = options.IsAlphabetic;
    private readonly int _sign = options.IsDescending ? -1 : 1;

    public int Compare(SortItem left, SortItem right) => _sign * Ascending(left, right);

    private int Ascending(in SortItem left, in SortItem right)
    {
        int order = _isAlphabetic ? ByText(left, right) : left.Weight.CompareTo(right.Weight);
        return order != 0 || _isAlphabetic ? order : arena.Element(left).SequenceCompareTo(arena.Element(right));
    }

    // What has no text comes first.
    private int ByText(in SortItem left, in SortItem right)
    {
        if (left.TextOffset < 0 || right.TextOffset < 0)
            return (left.TextOffset < 0 ? 0 : 1) - (right.TextOffset < 0 ? 0 : 1);
        return arena.Text(left).SequenceCompareTo(arena.Text(right));
    }
}
