namespace FastShard.Memory;

/// <summary>
/// A listpack in a block of its own: a node of a list or of a stream. Its header tells its size, so a pointer is all
/// that the node needs; every change may return another address.
/// </summary>
internal static unsafe class PackBlock
{
    // SAFETY: the pack's header says how long its block is. OWNER: the node. LIVES: until the next change of the pack.
    internal static Span<byte> Span(byte* block) => new(block, *(int*)block);

    /// <summary>An empty pack. OWNER: the caller, by <see cref="Free"/>.</summary>
    internal static byte* Create(ShardHeap heap)
    {
        byte* block = heap.AllocateStructure(Listpack.EmptyBytes);
        Listpack.WriteEmpty(new Span<byte>(block, Listpack.EmptyBytes));
        return block;
    }

    /// <summary>A copy of a whole, valid pack. OWNER: the caller.</summary>
    internal static byte* Copy(ShardHeap heap, ReadOnlySpan<byte> pack)
    {
        byte* block = heap.AllocateStructure(pack.Length);
        pack.CopyTo(new Span<byte>(block, pack.Length));
        return block;
    }

    internal static void Free(ShardHeap heap, byte* block) => heap.FreeStructure(block, *(int*)block);

    /// <summary>As <see cref="Listpack.Splice"/>; returns the block, which may have moved.</summary>
    internal static byte* Splice(ShardHeap heap, byte* block, int at, int removed, int inserted, int elements)
    {
        int before = *(int*)block;
        int after = before - removed + inserted;
        if (after > before) block = heap.ResizeStructure(block, before, after);
        Listpack.Splice(new Span<byte>(block, Math.Max(before, after)), at, removed, inserted, elements);
        return after < before ? heap.ResizeStructure(block, before, after) : block;
    }

    /// <summary>Puts an element in front of a place.</summary>
    internal static byte* Insert(ShardHeap heap, byte* block, int at, ReadOnlySpan<byte> element)
    {
        int bytes = Listpack.EncodedBytes(element);
        block = Splice(heap, block, at, 0, bytes, 1);
        Listpack.Encode(new Span<byte>(block + at, bytes), element);
        return block;
    }
}
