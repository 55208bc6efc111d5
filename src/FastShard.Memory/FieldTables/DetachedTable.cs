namespace FastShard.Memory;

/// <summary>
/// A <see cref="FieldTable"/> that belongs to no key: where a result is gathered before it replaces something, or where
/// what was seen is remembered. Its maker disposes of it, in any case.
/// </summary>
/// <remarks>
/// SAFETY: root and books lie in a block of its own. OWNER: its maker. LIVES: until Dispose, within one command.
/// </remarks>
public unsafe ref struct DetachedTable
{
    private const int BlockBytes = SlotHeader.Bytes + FieldTableRoot.Bytes;

    private readonly ShardHeap _heap;
    private byte* _block;

    /// <summary>An empty table in a heap; a result should be gathered in the heap of the key that it is for.</summary>
    public DetachedTable(ShardHeap heap)
    {
        _heap = heap;
        _block = heap.AllocateStructure(BlockBytes);
        new Span<byte>(_block, BlockBytes).Clear();
    }

    /// <summary>The table.</summary>
    public readonly FieldTable Table => new(new StructureHandle(_heap, (SlotHeader*)_block, Root));

    private readonly StructureRoot* Root => (StructureRoot*)(_block + SlotHeader.Bytes);

    /// <summary>
    /// Hands everything over to an entry of the same heap with an uninitialised root; empty afterwards.
    /// </summary>
    public readonly void MoveTo(KeyTable table, in Entry entry)
    {
        StructureHandle target = table.Structure(entry);
        Buffer.MemoryCopy(Root, target.Root, FieldTableRoot.Bytes, FieldTableRoot.Bytes);
        target.Book(target.HeldBytes);
        new Span<byte>(Root, FieldTableRoot.Bytes).Clear();
    }

    /// <summary>Frees it with all that is still in it.</summary>
    public void Dispose()
    {
        if (_block == null) return;
        int budget = int.MaxValue;
        byte kind = EntryLayout.Kind(ValueType.Set, ValueEncoding.HashTable);
        if (Root->Count > ElementsAtOnce) _heap.Graves.Bury(kind, Root, FieldTableRoot.Bytes);
        else StructureKinds.FreeSome(_heap, kind, Root, ref budget);
        _heap.FreeStructure(_block, BlockBytes);
        _block = null;
    }

    private const int ElementsAtOnce = 512;
}
