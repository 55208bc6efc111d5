namespace FastShard.Engine.Blocking;

/// <summary>Those who wait for one key, first come first. A doubly linked list, so that leaving is O(1).</summary>
public sealed class WaitQueue
{
    private WaitPlace? _last;

    /// <summary>Logical database of the key.</summary>
    public int Database { get; private set; }

    /// <summary>Who came first.</summary>
    public WaitPlace? First { get; private set; }

    /// <summary>How many of them wait for a consumer group's stream, and so for its end too.</summary>
    public int GroupCount { get; private set; }

    /// <summary>
    /// Keys of one hash met here: what is said of the first waiter's key need not be true of the next one's.
    /// </summary>
    public bool IsShared { get; private set; }

    /// <summary>The row it is found by in its table.</summary>
    internal ulong Row { get; private set; }

    /// <summary>
    /// How often it stands among the table's ready keys: twice where it changed again while it was served in part.
    /// </summary>
    internal int ReadyCount { get; set; }

    internal bool IsEmpty => First is null;

    /// <summary>
    /// Whether a waiter that is queueing up for its keys has met this one before: the same key twice. All its keys'
    /// shards are held meanwhile, so nobody came between, and looking at the last place is enough.
    /// </summary>
    internal bool EndsWith(Waiter waiter) => ReferenceEquals(_last?.Waiter, waiter);

    internal void Begin(ulong row, int database)
    {
        Row = row;
        Database = database;
        IsShared = false;
    }

    internal void Add(WaitPlace place)
    {
        Waiter waiter = place.Waiter;
        if (First is not null && !First.Waiter.KeyAt(First.KeyIndex).SequenceEqual(waiter.KeyAt(place.KeyIndex)))
            IsShared = true;
        place.Queue = this;
        place.Previous = _last;
        place.Next = null;
        if (_last is null) First = place;
        else _last.Next = place;
        _last = place;
        if (waiter.Kind == BlockKind.StreamGroup) GroupCount++;
    }

    internal void Remove(WaitPlace place)
    {
        if (place.Previous is null) First = place.Next;
        else place.Previous.Next = place.Next;
        if (place.Next is null) _last = place.Previous;
        else place.Next.Previous = place.Previous;
        if (place.Waiter.Kind == BlockKind.StreamGroup) GroupCount--;
        place.Queue = null;
        place.Previous = place.Next = null;
    }
}
