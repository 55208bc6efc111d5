namespace FastShard.Memory;

/// <summary>
/// The idempotent producers of a stream: an id that a producer used before leads to the entry that was added then, for
/// some time and for so many ids of each producer. Ids that are over are forgotten when something is recorded, those of
/// the producer and of some others in turn.
/// </summary>
/// <remarks>
/// SAFETY: made from a handle that the table gave. OWNER: the stream. LIVES: until the entry changes its place.
/// </remarks>
public readonly unsafe ref struct StreamProducers
{
    // How many other producers are looked at for ids that are over, each time that one records something.
    private const int SweptAtOnce = 2;

    private readonly StructureHandle _handle;

    /// <summary>The view of a stream's structure.</summary>
    public StreamProducers(scoped in StructureHandle stream) => _handle = stream;

    /// <summary>Whether anything was ever recorded or set: without it the other properties mean nothing.</summary>
    public bool IsUsed => Block != null;

    /// <summary>How long ids are known.</summary>
    public int DurationSeconds => Block->DurationSeconds;

    /// <summary>How many ids of each producer are known.</summary>
    public int MaxIds => Block->MaxIds;

    /// <summary>Entries that were ever added with an idempotent id.</summary>
    public long Added => Block->Added;

    /// <summary>Repetitions that were found.</summary>
    public long Duplicates => Block->Duplicates;

    private ref ProducersBlock* Block => ref ((StreamRoot*)_handle.Root)->Producers;

    /// <summary>
    /// How long and how many ids are known from now on; what is known so far is forgotten if that changes.
    /// </summary>
    public void Configure(int durationSeconds, int maxIds)
    {
        long opened = _handle.Open();
        Begin(durationSeconds, maxIds);
        if (Block->DurationSeconds != durationSeconds || Block->MaxIds != maxIds)
        {
            while (Block->Producers.Count > 0)
                ProducerEditor.RemoveAt(_handle.Heap, Block, Block->Producers.Count - 1);
            Block->DurationSeconds = durationSeconds;
            Block->MaxIds = maxIds;
        }
        _handle.Close(opened);
    }

    /// <summary>Whether a producer used an id before; counts it as a repetition if so.</summary>
    public bool TryFind(ReadOnlySpan<byte> producer, ReadOnlySpan<byte> id, long nowMillis, out StreamId entry)
    {
        entry = default;
        if (Block == null || !Block->Producers.TryFind(producer, out int place)) return false;
        ProducedItem* item =
            ProducerEditor.Find(Block, (ProducerBlock*)Block->Producers[place], id, nowMillis);
        if (item == null) return false;
        entry = item->Entry;
        return true;
    }

    /// <summary>Counts a repetition.</summary>
    public void CountDuplicate() => Block->Duplicates++;

    /// <summary>Remembers an id with the entry that was added; the settings count if these are the first.</summary>
    public void Record(
        ReadOnlySpan<byte> producer, ReadOnlySpan<byte> id, StreamId entry, long nowMillis, int durationSeconds,
        int maxIds)
    {
        long opened = _handle.Open();
        ShardHeap heap = _handle.Heap;
        Begin(durationSeconds, maxIds);
        ProducersBlock* block = Block;
        Sweep(block, nowMillis);
        if (!block->Producers.TryFind(producer, out int place))
        {
            NamedBlock* named = NamedBlock.Create(heap, sizeof(ProducerBlock), producer);
            block->Producers.Insert(heap, place, named);
        }
        ProducerBlock* found = (ProducerBlock*)block->Producers[place];
        ProducerEditor.Expire(heap, block, found, nowMillis);
        ProducerEditor.Record(heap, block, found, id, entry, nowMillis);
        block->Added++;
        _handle.Close(opened);
    }

    /// <summary>How many producers and ids are known and not over.</summary>
    public void Count(long nowMillis, out long producers, out long ids)
    {
        (producers, ids) = (0, 0);
        if (Block == null) return;
        for (int index = 0; index < Block->Producers.Count; index++)
        {
            ProducerBlock* producer = (ProducerBlock*)Block->Producers[index];
            long left = producer->Turns.Count;
            TreeCursor cursor = TreeCursor.First(producer->Turns, TurnItem.Bytes);
            for (; !cursor.IsEnd; cursor.MoveNext())
            {
                if (!ProducerEditor.IsOver(Block, (long)((TurnItem*)cursor.Item)->Millis, nowMillis)) break;
                left--;
            }
            ids += left;
            if (left > 0) producers++;
        }
    }

    private void Begin(int durationSeconds, int maxIds)
    {
        if (Block != null) return;
        Block = (ProducersBlock*)_handle.Heap.AllocateStructure(sizeof(ProducersBlock));
        *Block = new ProducersBlock { DurationSeconds = durationSeconds, MaxIds = maxIds };
    }

    private void Sweep(ProducersBlock* block, long nowMillis)
    {
        for (int count = 0; count < SweptAtOnce && block->Producers.Count > 0; count++)
        {
            if (block->Sweep >= block->Producers.Count) block->Sweep = 0;
            ProducerBlock* producer = (ProducerBlock*)block->Producers[block->Sweep];
            if (ProducerEditor.Expire(_handle.Heap, block, producer, nowMillis))
                ProducerEditor.RemoveAt(_handle.Heap, block, block->Sweep);
            else
                block->Sweep++;
        }
    }
}
