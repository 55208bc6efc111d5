namespace FastShard.Memory;

/// <summary>Walks the pending deliveries of a group, or those of one consumer, by id. Void when they change.</summary>
/// <remarks>
/// SAFETY: made from a live group. OWNER: the group. LIVES: until a delivery is added to or removed from the group.
/// </remarks>
public unsafe ref struct PendingReader
{
    private readonly GroupBlock* _group;
    private readonly bool _isOwned;
    private readonly StreamId _last;
    private TreeCursor _cursor;
    private bool _isBegun;

    /// <summary>Deliveries from an id on to another, both included.</summary>
    public PendingReader(scoped in StreamGroup group, StreamId first, StreamId last)
    {
        _group = group.Block;
        _last = last;
        _cursor = TreeCursor.AtLeast(_group->Pending, first, PendingItem.Bytes);
    }

    /// <summary>The same of one consumer.</summary>
    public PendingReader(scoped in StreamGroup group, scoped in StreamConsumer consumer, StreamId first, StreamId last)
    {
        _group = group.Block;
        _last = last;
        _isOwned = true;
        _cursor = TreeCursor.AtLeast(consumer.Block->Pending, first, GroupEditor.OwnedBytes);
    }

    /// <summary>The delivery.</summary>
    public readonly PendingEntry Current => new(
        _isOwned ? GroupEditor.Find(_group, _cursor.Key) : (PendingItem*)_cursor.Item);

    /// <summary>The delivery's id.</summary>
    public readonly StreamId Id => _cursor.Key;

    /// <summary>Goes to the next delivery; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_cursor.IsEnd) return false;
        if (_isBegun) _cursor.MoveNext();
        _isBegun = true;
        return !_cursor.IsEnd && _cursor.Key <= _last;
    }
}
