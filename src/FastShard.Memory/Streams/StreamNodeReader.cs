namespace FastShard.Memory;

/// <summary>Walks the listpacks of a stream as they are, for files and DUMP.</summary>
/// <remarks>
/// SAFETY: made from a handle that the table gave. OWNER: the stream. LIVES: until the stream changes.
/// </remarks>
public unsafe ref struct StreamNodeReader
{
    private TreeCursor _cursor;
    private bool _isBegun;

    /// <summary>A walk over a stream's structure.</summary>
    public StreamNodeReader(scoped in StructureHandle stream) =>
        _cursor = TreeCursor.First(((StreamRoot*)stream.Root)->Nodes, NodeItem.Bytes);

    /// <summary>A walk over what stands behind the node of an id.</summary>
    public StreamNodeReader(scoped in StructureHandle stream, StreamId behind)
    {
        _cursor = TreeCursor.AtLeast(((StreamRoot*)stream.Root)->Nodes, behind, NodeItem.Bytes);
        // That node itself is the one to go on from.
        _isBegun = !_cursor.IsEnd && _cursor.Key == behind;
    }

    /// <summary>The id that the node's entries differ from.</summary>
    public readonly StreamId MasterId => ((NodeItem*)_cursor.Item)->MasterId;

    /// <summary>The listpack.</summary>
    public readonly ReadOnlySpan<byte> Pack => StreamNodes.Pack((NodeItem*)_cursor.Item);

    /// <summary>Goes to the next node; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_cursor.IsEnd) return false;
        if (_isBegun) _cursor.MoveNext();
        _isBegun = true;
        return !_cursor.IsEnd;
    }
}
