using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A structure within reach: its root in an entry, the heap its blocks come from, and the slot in whose books they
/// stand. What a structure's own view (a hash table of fields, a list of packs...) is made from.
/// </summary>
/// <remarks>
/// SAFETY: made by the table from an entry whose encoding says structure. OWNER: the entry owns the structure.
/// LIVES: until the entry changes its place: another value, another length, another deadline, removal, compaction.
/// </remarks>
public readonly unsafe ref struct StructureHandle
{
    private readonly SlotHeader* _slot;

    internal StructureHandle(ShardHeap heap, SlotHeader* slot, StructureRoot* root)
    {
        Heap = heap;
        _slot = slot;
        Root = root;
    }

    /// <summary>The root of nothing.</summary>
    public bool IsNull => Root == null;

    /// <summary>Elements.</summary>
    public long Count => Root->Count;

    /// <summary>Bytes of all blocks that it owns.</summary>
    public long HeldBytes => Root->HeldBytes;

    internal ShardHeap Heap { get; }

    internal StructureRoot* Root { get; }

    /// <summary>Makes a root of <paramref name="bytes"/> bytes that was just inserted an empty structure.</summary>
    public void Clear(int bytes)
    {
        Invariant.Slow(bytes >= StructureRoot.Bytes);
        new Span<byte>(Root, bytes).Clear();
    }

    /// <summary>What a change of the structure starts with: the books are settled with <see cref="Close"/>.</summary>
    internal long Open() => Heap.UsedBytes;

    /// <summary>
    /// Books what the heap gave or took since <see cref="Open"/> on the structure and its slot. Nothing else may have
    /// used the heap meanwhile.
    /// </summary>
    internal void Close(long opened)
    {
        long delta = Heap.UsedBytes - opened;
        Root->HeldBytes += delta;
        _slot->AllocatedBytes += delta;
        Invariant.Slow(Root->HeldBytes >= 0);
    }

    /// <summary>The slot's books alone: a structure that arrives or leaves whole.</summary>
    internal void Book(long delta) => _slot->AllocatedBytes += delta;
}
