namespace FastShard.Memory;

/// <summary>
/// The entries of a stream: adding, deleting and counting. Reading is <see cref="StreamEntryReader"/>'s.
/// </summary>
/// <remarks>
/// SAFETY: made from a handle that the table gave. OWNER: the entry owns the stream. LIVES: until the entry changes its
/// place in its table.
/// </remarks>
public readonly unsafe ref struct StreamEntries
{
    private readonly StructureHandle _handle;

    /// <summary>The view of a stream's structure.</summary>
    public StreamEntries(scoped in StructureHandle stream) => _handle = stream;

    /// <summary>Bytes of the root that a stream's entry is made with.</summary>
    public static int RootBytes => StreamRoot.Bytes;

    /// <summary>The most text that an entry may have.</summary>
    public static long MaxTextBytes => StreamPack.MaxBytes;

    /// <summary>Live entries.</summary>
    public long Length => Root->Structure.Count;

    /// <summary>The last id that was given, or that was set.</summary>
    public StreamId LastId
    {
        get => Root->LastId;
        set => Root->LastId = value;
    }

    /// <summary>The first live entry's id; 0-0 without entries.</summary>
    public StreamId FirstId
    {
        get => Root->FirstId;
        set => Root->FirstId = value;
    }

    /// <summary>The largest id that was deleted by name.</summary>
    public StreamId MaxDeletedId
    {
        get => Root->MaxDeletedId;
        set => Root->MaxDeletedId = value;
    }

    /// <summary>Entries that were ever added.</summary>
    public long EntriesAdded
    {
        get => Root->EntriesAdded;
        set => Root->EntriesAdded = value;
    }

    /// <summary>Listpacks that the entries lie in.</summary>
    public long NodeCount => Root->Nodes.Count;

    /// <summary>The last live entry's id; 0-0 without entries.</summary>
    public StreamId LastLiveId
    {
        get
        {
            StreamEntryReader reader = new(Root, StreamId.Zero, StreamId.Max, isBackwards: true);
            return reader.MoveNext() ? reader.Id : StreamId.Zero;
        }
    }

    /// <summary>The last id that a node holds, be its entry deleted; 0-0 without nodes.</summary>
    public StreamId LastHeldId
    {
        get
        {
            NodeItem* last = StreamNodes.Last(Root);
            return last == null ? StreamId.Zero : StreamTrimmer.LastIdOf(last);
        }
    }

    private StreamRoot* Root => (StreamRoot*)_handle.Root;

    /// <summary>Adds an entry, whose id must be above <see cref="LastId"/>.</summary>
    public void Append<TFields>(StreamId id, in TFields fields, long textBytes, StreamLimits limits)
        where TFields : IStreamFields, allows ref struct
    {
        long opened = _handle.Open();
        StreamRoot* root = Root;
        StreamNodes.Append(_handle.Heap, root, id, fields, textBytes, limits);
        root->EntriesAdded++;
        root->LastId = id;
        if (root->Structure.Count++ == 0) root->FirstId = id;
        _handle.Close(opened);
    }

    /// <summary>Whether there is a live entry of an id.</summary>
    public bool Contains(StreamId id) => new StreamEntryReader(Root, id, id, isBackwards: false).MoveNext();

    /// <summary>Deletes an entry; false if there is none of this id.</summary>
    public bool TryDelete(StreamId id)
    {
        StreamRoot* root = Root;
        StreamEntryReader reader = new(root, id, id, isBackwards: false);
        if (!reader.MoveNext()) return false;
        long opened = _handle.Open();
        StreamNodes.DeleteEntry(_handle.Heap, root, reader.Node, reader.EntryAt);
        root->Structure.Count--;
        if (id > root->MaxDeletedId) root->MaxDeletedId = id;
        if (root->Structure.Count == 0 || id == root->FirstId) StreamTrimmer.FindFirst(root);
        _handle.Close(opened);
        return true;
    }

    /// <summary>Removes entries from the front; returns how many.</summary>
    public long Trim(in StreamTrim trim)
    {
        long opened = _handle.Open();
        long removed = StreamTrimmer.Trim(_handle.Heap, Root, trim);
        _handle.Close(opened);
        return removed;
    }

    /// <summary>
    /// Adds a node from outside behind the others, and its live entries to the length; false if its bytes are no node
    /// of a stream, or not behind the others.
    /// </summary>
    public bool TryAddNode(StreamId master, ReadOnlySpan<byte> pack)
    {
        NodeItem* before = StreamNodes.Last(Root);
        StreamId last = before == null ? StreamId.Zero : StreamTrimmer.LastIdOf(before);
        if (!StreamPackCheck.IsValid(pack, master, ref last)) return false;
        long opened = _handle.Open();
        bool isAdded = StreamNodes.TryAdd(_handle.Heap, Root, master, pack);
        _handle.Close(opened);
        if (isAdded) Root->Structure.Count += StreamPack.Live(pack);
        return isAdded;
    }

    /// <summary>Walks everything and ends the process where it is not what it should be: for tests.</summary>
    internal void Verify() => StreamCheck.Verify(Root, _handle.Heap);
}
