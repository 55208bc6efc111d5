namespace FastShard.Memory;

/// <summary>A consumer group: how far it has read, who reads, and what they did not acknowledge.</summary>
/// <remarks>
/// SAFETY: made by the stream's groups. OWNER: the stream. LIVES: until the group is removed or the entry changes its
/// place.
/// </remarks>
public readonly unsafe ref struct StreamGroup
{
    /// <summary>What <see cref="EntriesRead"/> is when nobody can tell.</summary>
    public const long UnknownRead = GroupBlock.UnknownRead;

    private readonly StructureHandle _handle;

    internal StreamGroup(scoped in StructureHandle stream, GroupBlock* block)
    {
        _handle = stream;
        Block = block;
    }

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name => Block->Named.Name;

    /// <summary>The last id that was delivered as new.</summary>
    public StreamId LastId
    {
        get => Block->LastId;
        set => Block->LastId = value;
    }

    /// <summary>How many entries of the stream's life were read up to <see cref="LastId"/>; -1 = unknown.</summary>
    public long EntriesRead
    {
        get => Block->EntriesRead;
        set => Block->EntriesRead = value;
    }

    /// <summary>Deliveries that nobody acknowledged.</summary>
    public long PendingCount => Block->Pending.Count;

    /// <summary>The first id among them, which there must be.</summary>
    public StreamId FirstPending => TreeCursor.First(Block->Pending, PendingItem.Bytes).Key;

    /// <summary>The last id among them, which there must be.</summary>
    public StreamId LastPending => TreeCursor.Last(Block->Pending, PendingItem.Bytes).Key;

    /// <summary>Those among them without an owner.</summary>
    public long ReleasedCount => Block->Released;

    /// <summary>The turn that the next delivery gets.</summary>
    public ulong NextTurn => Block->NextTurn;

    /// <summary>Consumers.</summary>
    public int ConsumerCount => Block->Consumers.Count;

    internal GroupBlock* Block { get; }

    /// <summary>A consumer by its place among the names.</summary>
    public StreamConsumer ConsumerAt(int index) => new((ConsumerBlock*)Block->Consumers[index]);

    /// <summary>A consumer by name.</summary>
    public bool TryFindConsumer(ReadOnlySpan<byte> name, out StreamConsumer consumer)
    {
        bool isFound = Block->Consumers.TryFind(name, out int place);
        consumer = isFound ? ConsumerAt(place) : default;
        return isFound;
    }

    /// <summary>A consumer by name, made if there is none; true if it was made.</summary>
    public bool GetOrCreateConsumer(ReadOnlySpan<byte> name, long nowMillis, out StreamConsumer consumer)
    {
        if (Block->Consumers.TryFind(name, out int place))
        {
            consumer = ConsumerAt(place);
            return false;
        }
        long opened = _handle.Open();
        consumer = new StreamConsumer(GroupEditor.CreateConsumer(_handle.Heap, Block, place, name, nowMillis));
        Close(opened);
        return true;
    }

    /// <summary>
    /// Removes a consumer with its pending deliveries; returns how many, or -1 if there is no such consumer.
    /// </summary>
    public long RemoveConsumer(ReadOnlySpan<byte> name)
    {
        if (!Block->Consumers.TryFind(name, out int place)) return -1;
        long opened = _handle.Open();
        long owned = GroupEditor.RemoveConsumer(_handle.Heap, Block, place);
        Close(opened);
        return owned;
    }

    /// <summary>The delivery of an entry, if it is pending.</summary>
    public bool TryFindPending(StreamId id, out PendingEntry pending)
    {
        PendingItem* item = GroupEditor.Find(Block, id);
        pending = item == null ? default : new PendingEntry(item);
        return item != null;
    }

    /// <summary>Makes an entry pending with a consumer, whatever it was before.</summary>
    public void Assign(StreamId id, scoped in StreamConsumer consumer, long deliveryMillis, long deliveryCount)
    {
        long opened = _handle.Open();
        GroupEditor.Put(_handle.Heap, Block, id, consumer.Block, deliveryMillis, deliveryCount);
        Close(opened);
    }

    /// <summary>Makes an entry pending without an owner, behind all others that have none.</summary>
    public void Release(StreamId id, long deliveryCount)
    {
        long opened = _handle.Open();
        GroupEditor.Put(_handle.Heap, Block, id, null, 0, deliveryCount);
        Close(opened);
    }

    /// <summary>
    /// Adds a delivery from a file, to be owned by somebody with <see cref="TryOwn"/>; false if it is there already.
    /// </summary>
    public bool TryAdd(StreamId id, long deliveryMillis, long deliveryCount)
    {
        if (GroupEditor.Find(Block, id) != null) return false;
        long opened = _handle.Open();
        GroupEditor.Put(_handle.Heap, Block, id, null, deliveryMillis, deliveryCount);
        Close(opened);
        return true;
    }

    /// <summary>Gives a delivery that nobody owns to a consumer as it is; false if there is none such.</summary>
    public bool TryOwn(StreamId id, scoped in StreamConsumer consumer)
    {
        PendingItem* item = GroupEditor.Find(Block, id);
        if (item == null || item->Owner != null) return false;
        Assign(id, consumer, item->DeliveryMillis, item->DeliveryCount);
        return true;
    }

    /// <summary>Forgets a delivery; false if it was not pending.</summary>
    public bool Acknowledge(StreamId id)
    {
        long opened = _handle.Open();
        bool isRemoved = GroupEditor.Remove(_handle.Heap, Block, id);
        Close(opened);
        return isRemoved;
    }

    /// <summary>
    /// The first delivery in the order of time behind a position, which begins as default and moves on: released ones
    /// first, in the order of their release. The deliveries may change between calls.
    /// </summary>
    public bool TryNextByTime(ref StreamId position, out PendingEntry pending)
    {
        TreeCursor cursor = TreeCursor.AtLeast(Block->Turns, position, TurnItem.Bytes);
        if (cursor.IsEnd)
        {
            pending = default;
            return false;
        }
        TurnItem* turn = (TurnItem*)cursor.Item;
        cursor.Key.TryNext(out position);
        pending = new PendingEntry(GroupEditor.Find(Block, turn->Id));
        return true;
    }

    /// <summary>Settles the books of the stream, and those of the group.</summary>
    private void Close(long opened)
    {
        Block->HeldBytes += _handle.Heap.UsedBytes - opened;
        _handle.Close(opened);
    }
}
