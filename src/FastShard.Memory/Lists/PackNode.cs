using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A node that is a listpack with room at both of its ends, so that elements come and go there without moving the
/// others:
/// <code>
///   | start, 4 | room ... | pack | room ... |
/// </code>
/// When the pack's front moves, its 6 bytes of header are written anew in front of what is its first element now.
/// </summary>
internal static unsafe class PackNode
{
    /// <summary>Bytes in front of the room.</summary>
    internal const int HeaderBytes = 4;

    /// <summary>The node's own bytes beside its elements: what a limit of bytes has to leave free.</summary>
    internal const int OverheadBytes = HeaderBytes + Listpack.EmptyBytes;

    private const int LeastBytes = 64;

    // A pack is moved to the other end of its room only if there is so much to gain: its size divided by this.
    private const int WorthMoving = 8;

    // SAFETY: start is within the block. LIVES: until the node changes.
    internal static byte* PackOf(ListNode* node) => node->Block + HeaderBytes + *(int*)node->Block;

    /// <summary>The pack's bytes in all.</summary>
    internal static int BytesOf(ListNode* node) => *(int*)PackOf(node);

    internal static Span<byte> Pack(ListNode* node)
    {
        byte* pack = PackOf(node);
        return new Span<byte>(pack, *(int*)pack);
    }

    /// <summary>Gives a blank node an empty pack with room for so many bytes of elements.</summary>
    internal static void Create(ShardHeap heap, ListNode* node, int bytes, bool growsAtHead)
    {
        int capacity = Math.Max(LeastBytes, OverheadBytes + bytes);
        Attach(node, heap.AllocateStructure(capacity), capacity);
        int start = growsAtHead ? capacity - OverheadBytes : 0;
        *(int*)node->Block = start;
        Listpack.WriteEmpty(new Span<byte>(node->Block + HeaderBytes + start, Listpack.EmptyBytes));
    }

    /// <summary>Gives a blank node a copy of a whole pack.</summary>
    internal static void Create(ShardHeap heap, ListNode* node, ReadOnlySpan<byte> pack)
    {
        int capacity = HeaderBytes + pack.Length;
        Attach(node, heap.AllocateStructure(capacity), capacity);
        *(int*)node->Block = 0;
        pack.CopyTo(new Span<byte>(node->Block + HeaderBytes, pack.Length));
        node->Count = (ushort)Listpack.Count(pack);
    }

    /// <summary>Whether an end takes an element of so many bytes, within the limits and without much moving.</summary>
    internal static bool TakesAtEnd(ListNode* node, int bytes, bool atHead, ListLimits limits)
    {
        int start = *(int*)node->Block;
        int total = *(int*)(node->Block + HeaderBytes + start);
        if (HeaderBytes + total + bytes > limits.Bytes || node->Count >= limits.Elements) return false;
        int free = node->Capacity - HeaderBytes - total;
        if ((atHead ? start : free - start) >= bytes || node->Capacity < limits.Bytes) return true;
        return free >= total / WorthMoving;
    }

    /// <summary>Opens room for an element in front of the first, for the caller to encode it into.</summary>
    internal static byte* OpenHead(ShardHeap heap, ListNode* node, int bytes, ListLimits limits)
    {
        if (*(int*)node->Block < bytes) MakeRoom(heap, node, bytes, true, limits.Bytes);
        int start = *(int*)node->Block;
        byte* pack = node->Block + HeaderBytes + start;
        int total = *(int*)pack + bytes;
        *(int*)node->Block = start - bytes;
        node->Count++;
        pack -= bytes;
        WriteHeader(pack, total, node->Count);
        return pack + Listpack.First;
    }

    /// <summary>Opens room for elements behind the last, for the caller to encode them into.</summary>
    internal static byte* OpenTail(ShardHeap heap, ListNode* node, int bytes, int elements, ListLimits limits)
    {
        byte* pack = PackOf(node);
        int total = *(int*)pack;
        if (pack + total + bytes > node->Block + node->Capacity)
        {
            MakeRoom(heap, node, bytes, false, limits.Bytes);
            pack = PackOf(node);
        }
        node->Count = (ushort)(node->Count + elements);
        WriteHeader(pack, total + bytes, node->Count);
        pack[total + bytes - 1] = Listpack.End;
        return pack + total - 1;
    }

    /// <summary>Takes elements away from the front; the first that stays begins at <paramref name="at"/>.</summary>
    internal static void CutHead(ListNode* node, int at, int elements)
    {
        byte* pack = PackOf(node);
        int bytes = at - Listpack.First;
        int total = *(int*)pack - bytes;
        *(int*)node->Block += bytes;
        node->Count = (ushort)(node->Count - elements);
        WriteHeader(pack + bytes, total, node->Count);
    }

    /// <summary>Takes all elements from a place on away.</summary>
    internal static void CutTail(ListNode* node, int at, int elements)
    {
        byte* pack = PackOf(node);
        node->Count = (ushort)(node->Count - elements);
        WriteHeader(pack, at + 1, node->Count);
        pack[at] = Listpack.End;
    }

    /// <summary>As <see cref="Listpack.Splice"/>.</summary>
    internal static byte* Splice(
        ShardHeap heap, ListNode* node, int at, int removed, int inserted, int elements, ListLimits limits)
    {
        byte* pack = PackOf(node);
        int grown = inserted - removed;
        if (pack + *(int*)pack + grown > node->Block + node->Capacity)
        {
            MakeRoom(heap, node, grown, false, limits.Bytes);
            pack = PackOf(node);
        }
        Span<byte> room = new(pack, (int)(node->Block + node->Capacity - pack));
        Listpack.Splice(room, at, removed, inserted, elements);
        node->Count = (ushort)(node->Count + elements);
        return pack + at;
    }

    /// <summary>Gives back the room of a node at which nothing will be added soon.</summary>
    internal static void Trim(ShardHeap heap, ListNode* node)
    {
        int total = BytesOf(node);
        if (heap.Fits(node->Block, node->Capacity, HeaderBytes + total)) return;
        Rebuild(heap, node, HeaderBytes + total, 0);
    }

    private static void Attach(ListNode* node, byte* block, int capacity)
    {
        node->Block = block;
        node->Capacity = capacity;
        node->Count = 0;
        node->Kind = ListNodeKind.Pack;
    }

    private static void WriteHeader(byte* pack, int total, int elements)
    {
        *(int*)pack = total;
        *(ushort*)(pack + 4) = (ushort)elements;
    }

    /// <summary>
    /// Makes room at one end: by moving the pack to the other if that gains much, else by a block of twice the size,
    /// where the limit allows it.
    /// </summary>
    private static void MakeRoom(ShardHeap heap, ListNode* node, int bytes, bool atHead, int most)
    {
        int total = BytesOf(node);
        int needed = HeaderBytes + total + bytes;
        int share = node->Capacity < most ? 2 : WorthMoving;
        int free = node->Capacity - HeaderBytes - total;
        if (free >= bytes && free >= total / share)
        {
            int start = atHead ? node->Capacity - HeaderBytes - total : 0;
            byte* pack = PackOf(node);
            Buffer.MemoryCopy(pack, node->Block + HeaderBytes + start, total, total);
            *(int*)node->Block = start;
            return;
        }
        int capacity = Math.Max(needed, Math.Min(2 * needed, most));
        Rebuild(heap, node, capacity, atHead ? capacity - HeaderBytes - total : 0);
    }

    private static void Rebuild(ShardHeap heap, ListNode* node, int capacity, int start)
    {
        int total = BytesOf(node);
        byte* block = heap.AllocateStructure(capacity);
        Invariant.Slow(start >= 0 && HeaderBytes + start + total <= capacity);
        *(int*)block = start;
        Buffer.MemoryCopy(PackOf(node), block + HeaderBytes + start, total, total);
        heap.FreeStructure(node->Block, node->Capacity);
        node->Block = block;
        node->Capacity = capacity;
    }
}
