namespace FastShard.Memory;

/// <summary>
/// Frees the structure of an entry that goes or gets another value: a small one now, a large one bit by bit.
/// </summary>
internal static unsafe class StructureEraser
{
    // Freeing an element costs some 20 ns: this is well below what anybody notices.
    private const int ElementsAtOnce = 512;

    /// <summary>
    /// Frees or buries the structure, and takes it off the slot's books. The root is void afterwards.
    /// </summary>
    internal static void Free(ShardHeap heap, SlotHeader* slot, byte* block)
    {
        StructureRoot* root = EntryLayout.Root(block);
        slot->AllocatedBytes -= root->HeldBytes;
        StructureGraves graves = heap.Graves;
        int limit = Math.Min(ElementsAtOnce, graves.Allowance);
        int budget = limit;
        bool isFreed = root->Count <= limit && StructureKinds.FreeSome(heap, *block, root, ref budget);
        graves.Erased += limit - budget;
        if (graves.Allowance != int.MaxValue) graves.Allowance -= limit - budget;
        if (!isFreed) graves.Bury(*block, root, EntryLayout.InlineLength(block));
    }
}
