namespace FastShard.Memory;

/// <summary>The consumer groups of a stream, in the order of their names.</summary>
/// <remarks>
/// SAFETY: made from a handle that the table gave. OWNER: the stream. LIVES: until the entry changes its place.
/// </remarks>
public readonly unsafe ref struct StreamGroups
{
    // Freeing some hundred is nothing that anybody notices; more are freed bit by bit.
    private const int DeliveriesAtOnce = 4096;

    private readonly StructureHandle _handle;

    /// <summary>The view of a stream's structure.</summary>
    public StreamGroups(scoped in StructureHandle stream) => _handle = stream;

    /// <summary>How many.</summary>
    public int Count => Root->Groups.Count;

    /// <summary>A group by its place among the names.</summary>
    public StreamGroup this[int index] => new(_handle, (GroupBlock*)Root->Groups[index]);

    private StreamRoot* Root => (StreamRoot*)_handle.Root;

    /// <summary>A group by name.</summary>
    public bool TryFind(ReadOnlySpan<byte> name, out StreamGroup group)
    {
        bool isFound = Root->Groups.TryFind(name, out int place);
        group = isFound ? this[place] : default;
        return isFound;
    }

    /// <summary>Makes a group; false if there is one of this name.</summary>
    public bool TryCreate(ReadOnlySpan<byte> name, out StreamGroup group)
    {
        group = default;
        if (Root->Groups.TryFind(name, out int place)) return false;
        long opened = _handle.Open();
        GroupBlock* block = GroupEditor.Create(_handle.Heap, Root, place, name);
        group = new StreamGroup(_handle, block);
        _handle.Close(opened);
        return true;
    }

    /// <summary>
    /// Removes a group with its consumers and all that is pending; false if there is none of this name.
    /// </summary>
    public bool TryRemove(ReadOnlySpan<byte> name)
    {
        StreamRoot* root = Root;
        if (!root->Groups.TryFind(name, out int place)) return false;
        GroupBlock* group = (GroupBlock*)root->Groups[place];
        bool isLarge = group->Pending.Count > DeliveriesAtOnce;
        long opened = _handle.Open();
        root->Groups.RemoveAt(_handle.Heap, place);
        int budget = int.MaxValue;
        if (!isLarge) GroupEditor.FreeSome(_handle.Heap, group, ref budget);
        _handle.Close(opened);
        if (isLarge) Bury(group);
        return true;
    }

    /// <summary>Whether a group has an entry pending, or still before it.</summary>
    public bool IsReferenced(StreamId id) => IsReferenced(Root, id);

    /// <summary>Forgets an entry's deliveries in all groups; false if there were none.</summary>
    public bool Forget(StreamId id)
    {
        long opened = _handle.Open();
        bool isAny = Forget(_handle.Heap, Root, id);
        _handle.Close(opened);
        return isAny;
    }

    /// <summary>A group alone in a stream of its own, which nobody can reach, is freed like any other.</summary>
    private void Bury(GroupBlock* group)
    {
        long held = group->HeldBytes;
        _handle.Root->HeldBytes -= held;
        _handle.Book(-held);
        StreamRoot grave = default;
        grave.Structure.Count = group->Pending.Count;
        grave.Structure.HeldBytes = held;
        grave.Groups.Insert(_handle.Heap, 0, &group->Named);
        byte kind = EntryLayout.Kind(ValueType.Stream, ValueEncoding.Stream);
        _handle.Heap.Graves.Bury(kind, (StructureRoot*)&grave, StreamRoot.Bytes);
    }

    internal static bool IsReferenced(StreamRoot* root, StreamId id)
    {
        for (int index = 0; index < root->Groups.Count; index++)
        {
            GroupBlock* group = (GroupBlock*)root->Groups[index];
            if (group->LastId < id || GroupEditor.Find(group, id) != null) return true;
        }
        return false;
    }

    internal static bool Forget(ShardHeap heap, StreamRoot* root, StreamId id)
    {
        bool isAny = false;
        for (int index = 0; index < root->Groups.Count; index++)
        {
            GroupBlock* group = (GroupBlock*)root->Groups[index];
            long before = heap.UsedBytes;
            isAny |= GroupEditor.Remove(heap, group, id);
            group->HeldBytes += heap.UsedBytes - before;
        }
        return isAny;
    }
}
