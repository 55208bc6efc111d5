namespace FastShard.Engine.SortedSets;

/// <summary>
/// An end of a range of members: "[a" with, "(a" without the member itself, "-" before all, "+" behind all.
/// </summary>
internal readonly ref struct LexBound
{
    private readonly ReadOnlySpan<byte> _member;
    private readonly byte _kind;

    private LexBound(ReadOnlySpan<byte> member, byte kind)
    {
        _member = member;
        _kind = kind;
    }

    /// <summary>Reads an end; false when it is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out LexBound bound)
    {
        bound = default;
        if (text.IsEmpty) return false;
        byte kind = text[0];
        if (kind is (byte)'-' or (byte)'+' ? text.Length > 1 : kind is not ((byte)'[' or (byte)'(')) return false;
        bound = new LexBound(text[1..], kind);
        return true;
    }

    /// <summary>
    /// How many members come before the range that begins here, or before the end of one that ends here.
    /// </summary>
    public long CountBefore(scoped in SortedSetValue value, bool isEnd)
    {
        if (_kind == '-') return 0;
        if (_kind == '+') return value.Count;
        // A range that begins behind a member passes it, and so does one that ends with it.
        return value.CountBelow(_member, orEqual: isEnd == (_kind == '['));
    }
}
