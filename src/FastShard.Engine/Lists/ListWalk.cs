using FastShard.Memory;

namespace FastShard.Engine.Lists;

/// <summary>A place in a list of either form, walked in both directions. A borrow until the list changes.</summary>
internal ref struct ListWalk
{
    /// <summary>Bytes of the scratch that elements are read into which are not kept as they are.</summary>
    public const int ScratchBytes = ListCursor.ScratchBytes;

    /// <summary>The place in a list of packs.</summary>
    public ListCursor Cursor;

    private readonly ReadOnlySpan<byte> _pack;

    /// <summary>A place in a list that is one pack.</summary>
    public ListWalk(ReadOnlySpan<byte> pack, int at)
    {
        _pack = pack;
        At = at;
    }

    /// <summary>A place in a list of packs.</summary>
    public ListWalk(ListCursor cursor) => Cursor = cursor;

    /// <summary>The place in the one pack.</summary>
    public int At { get; private set; }

    /// <summary>Whether it is behind the last element.</summary>
    public readonly bool IsEnd => _pack.IsEmpty ? Cursor.IsEnd : Listpack.IsEnd(_pack, At);

    /// <summary>The element; a borrow until the list changes.</summary>
    public readonly PackElement Element => _pack.IsEmpty ? Cursor.Element : Listpack.Get(_pack, At);

    /// <summary>
    /// Goes on, or back; the last element is followed by the end, and so is the first on the way back.
    /// </summary>
    public void Move(bool backwards)
    {
        if (_pack.IsEmpty)
        {
            if (backwards) Cursor.MovePrevious();
            else Cursor.MoveNext();
            return;
        }
        At = backwards ? Listpack.Previous(_pack, At) : Listpack.Next(_pack, At);
        if (At < 0) At = Listpack.EndOf(_pack);
    }
}
