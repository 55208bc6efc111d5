using FastShard.Memory;

namespace FastShard.Engine.SortedSets;

/// <summary>
/// A walk through a sorted set in order, whichever way it is kept. Void after the next change of the set.
/// </summary>
internal ref struct SortedWalk
{
    /// <summary>Room that a walk needs for the digits of members that are kept as integers.</summary>
    public const int ScratchBytes = Listpack.ScratchBytes;

    private readonly ReadOnlySpan<byte> _pack;
    private readonly Span<byte> _scratch;
    private readonly bool _backwards;
    private SortedCursor _cursor;
    private int _next;
    private int _at;

    /// <summary>Through a listpack.</summary>
    public SortedWalk(ReadOnlySpan<byte> pack, Span<byte> scratch, long rank, bool backwards)
    {
        _pack = pack;
        _scratch = scratch;
        _backwards = backwards;
        _next = rank < 0 || rank >= PackedSortedSet.Count(pack) ? -1 : Listpack.Seek(pack, (int)rank * 2);
    }

    /// <summary>Through a large set.</summary>
    public SortedWalk(SortedCursor cursor) => _cursor = cursor;

    /// <summary>The member; after <see cref="MoveNext"/> was true.</summary>
    public readonly ReadOnlySpan<byte> Member =>
        _pack.IsEmpty ? _cursor.Member : Listpack.Get(_pack, _at).Bytes(_scratch);

    /// <summary>Its score.</summary>
    public readonly double Score =>
        _pack.IsEmpty ? _cursor.Score : ScoreText.Read(_pack, Listpack.Next(_pack, _at));

    /// <summary>Goes to the first member, or the next one; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_pack.IsEmpty) return _cursor.MoveNext();
        if (_next < 0) return false;
        _at = _next;
        if (_backwards)
        {
            _next = Listpack.Previous(_pack, _at);
            if (_next >= 0) _next = Listpack.Previous(_pack, _next);
        }
        else
        {
            _next = PackedSortedSet.NextPair(_pack, _at);
            if (Listpack.IsEnd(_pack, _next)) _next = -1;
        }
        return true;
    }
}
