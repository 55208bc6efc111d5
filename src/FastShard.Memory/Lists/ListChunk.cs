using System.Runtime.InteropServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A run of a list's nodes. Chunks are linked, and know how many elements they stand for: finding an element by its
/// index passes over chunks, then over the nodes of one, then over elements. The nodes lie between Begin and End of
/// the slots, with room on either side, so that a list grows and shrinks at both ends without moving them.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ListChunk
{
    internal const int HeaderBytes = 40;

    private const int FewestSlots = 4;

    // A full chunk takes a block of 4 KB.
    private const int MostSlots = 253;

    internal ListChunk* Previous;

    internal ListChunk* Next;

    /// <summary>Elements of its nodes.</summary>
    internal long Count;

    internal int Capacity;

    internal int Begin;

    internal int End;

    private readonly int _unused;

    internal readonly int Nodes => End - Begin;

    // SAFETY: the slots follow the header in the same block. LIVES: until the chunk is freed or gets another capacity.
    internal static ListNode* SlotsOf(ListChunk* chunk) => (ListNode*)((byte*)chunk + HeaderBytes);

    internal static int BlockBytes(int slots) => HeaderBytes + (slots * ListNode.Bytes);

    /// <summary>A blank node in front of a place, or behind all others if that is null.</summary>
    internal static ListPlace Insert(ShardHeap heap, ListRoot* root, ListPlace before)
    {
        root->Nodes++;
        bool isLast = before.IsNull;
        if (isLast && root->Last == null) return FirstOfAll(heap, root);
        ListChunk* chunk = isLast ? root->Last : before.Chunk;
        int slot = isLast ? chunk->End : before.Slot;
        if (chunk->Nodes == chunk->Capacity)
        {
            if (chunk->Capacity < MostSlots) Resize(heap, root, ref chunk, ref slot);
            else MakeRoom(heap, root, ref chunk, ref slot);
        }
        return OpenSlot(chunk, slot);
    }

    /// <summary>
    /// Takes a node out whose block is freed and whose elements are off the books; returns what followed.
    /// </summary>
    internal static ListPlace Remove(ShardHeap heap, ListRoot* root, ListPlace place)
    {
        root->Nodes--;
        ListChunk* chunk = place.Chunk;
        int slot = place.Slot;
        if (chunk->Nodes == 1)
        {
            ListChunk* next = chunk->Next;
            Invariant.Slow(chunk->Count == 0);
            Unlink(heap, root, chunk);
            return next == null ? default : new ListPlace(next, next->Begin);
        }
        ListNode* slots = SlotsOf(chunk);
        int before = slot - chunk->Begin;
        int behind = chunk->End - slot - 1;
        if (before < behind)
        {
            Move(slots, chunk->Begin, chunk->Begin + 1, before);
            chunk->Begin++;
            slot++;
        }
        else
        {
            Move(slots, slot + 1, slot, behind);
            chunk->End--;
        }
        if (chunk->Capacity > 3 * FewestSlots && chunk->Nodes < chunk->Capacity / 8)
            Resize(heap, root, ref chunk, ref slot);
        if (slot < chunk->End) return new ListPlace(chunk, slot);
        return chunk->Next == null ? default : new ListPlace(chunk->Next, chunk->Next->Begin);
    }

    /// <summary>Takes a chunk out and frees it; its nodes are somebody else's affair.</summary>
    internal static void Unlink(ShardHeap heap, ListRoot* root, ListChunk* chunk)
    {
        Detach(root, chunk);
        heap.FreeStructure((byte*)chunk, BlockBytes(chunk->Capacity));
    }

    /// <summary>Takes a chunk out of a list, which keeps its books itself.</summary>
    internal static void Detach(ListRoot* root, ListChunk* chunk)
    {
        if (chunk->Previous == null) root->First = chunk->Next;
        else chunk->Previous->Next = chunk->Next;
        if (chunk->Next == null) root->Last = chunk->Previous;
        else chunk->Next->Previous = chunk->Previous;
    }

    /// <summary>Adds a chunk that was taken out elsewhere behind all others.</summary>
    internal static void Attach(ListRoot* root, ListChunk* chunk)
    {
        chunk->Next = null;
        chunk->Previous = root->Last;
        if (root->Last == null) root->First = chunk;
        else root->Last->Next = chunk;
        root->Last = chunk;
        root->Structure.Count += chunk->Count;
        root->Nodes += chunk->Nodes;
    }

    /// <summary>What the heap has in its books for a chunk and its nodes.</summary>
    internal static long HeldBytes(ShardHeap heap, ListChunk* chunk)
    {
        long held = heap.HeldBytes((byte*)chunk, BlockBytes(chunk->Capacity));
        ListNode* slots = SlotsOf(chunk);
        for (int slot = chunk->Begin; slot < chunk->End; slot++)
            held += heap.HeldBytes(slots[slot].Block, slots[slot].Capacity);
        return held;
    }

    private static ListChunk* Create(ShardHeap heap, int slots)
    {
        ListChunk* chunk = (ListChunk*)heap.AllocateStructure(BlockBytes(slots));
        *chunk = default;
        chunk->Capacity = slots;
        return chunk;
    }

    private static ListPlace FirstOfAll(ShardHeap heap, ListRoot* root)
    {
        ListChunk* chunk = Create(heap, FewestSlots);
        root->First = chunk;
        root->Last = chunk;
        chunk->End = 1;
        *SlotsOf(chunk) = default;
        return new ListPlace(chunk, 0);
    }

    /// <summary>Opens a slot in a chunk that has room, moving the nodes on the side where that is less.</summary>
    private static ListPlace OpenSlot(ListChunk* chunk, int slot)
    {
        ListNode* slots = SlotsOf(chunk);
        int before = slot - chunk->Begin;
        int behind = chunk->End - slot;
        bool opensFront = chunk->Begin > 0 && (before < behind || chunk->End == chunk->Capacity);
        // The room may be on the far side only: then leave half of it on either, so that it lasts.
        bool isFar = (before == 0 && behind > 0 && chunk->Begin == 0)
            || (behind == 0 && before > 0 && chunk->End == chunk->Capacity);
        if (isFar)
        {
            int begin = (chunk->Capacity - chunk->Nodes) / 2;
            if (before == 0) begin = Math.Max(begin, 1);
            else begin = Math.Min(begin, chunk->Capacity - chunk->Nodes - 1);
            int nodes = chunk->Nodes;
            Move(slots, chunk->Begin, begin, nodes);
            chunk->Begin = begin;
            chunk->End = begin + nodes;
            slot = begin + before;
            opensFront = before == 0;
        }
        if (opensFront)
        {
            Move(slots, chunk->Begin, chunk->Begin - 1, before);
            chunk->Begin--;
            slot--;
        }
        else
        {
            Move(slots, slot, slot + 1, behind);
            chunk->End++;
        }
        slots[slot] = default;
        return new ListPlace(chunk, slot);
    }

    /// <summary>Another capacity, with the room spread over both sides.</summary>
    private static void Resize(ShardHeap heap, ListRoot* root, ref ListChunk* chunk, ref int slot)
    {
        ListChunk* old = chunk;
        int nodes = old->Nodes;
        int capacity = Math.Min((2 * nodes) + FewestSlots, MostSlots);
        ListChunk* resized = Create(heap, capacity);
        resized->Begin = (capacity - nodes) / 2;
        resized->End = resized->Begin + nodes;
        resized->Count = old->Count;
        Buffer.MemoryCopy(
            SlotsOf(old) + old->Begin, SlotsOf(resized) + resized->Begin, nodes * ListNode.Bytes,
            nodes * ListNode.Bytes);
        slot += resized->Begin - old->Begin;
        Replace(root, old, resized);
        heap.FreeStructure((byte*)old, BlockBytes(old->Capacity));
        chunk = resized;
    }

    private static void Replace(ListRoot* root, ListChunk* old, ListChunk* chunk)
    {
        chunk->Previous = old->Previous;
        chunk->Next = old->Next;
        if (chunk->Previous == null) root->First = chunk;
        else chunk->Previous->Next = chunk;
        if (chunk->Next == null) root->Last = chunk;
        else chunk->Next->Previous = chunk;
    }

    /// <summary>
    /// A full chunk gets a neighbour: an empty one at the list's ends, in the middle with half of its nodes.
    /// </summary>
    private static void MakeRoom(ShardHeap heap, ListRoot* root, ref ListChunk* chunk, ref int slot)
    {
        ListChunk* full = chunk;
        ListChunk* added = Create(heap, MostSlots);
        bool isBefore = slot == full->Begin && full->Previous == null;
        if (isBefore) LinkBefore(root, full, added);
        else LinkBehind(root, full, added);
        if (isBefore || (slot == full->End && full->Next == added && added->Next == null))
        {
            added->Begin = isBefore ? MostSlots : 0;
            added->End = added->Begin;
            chunk = added;
            slot = added->Begin;
            return;
        }
        int middle = full->Begin + (full->Nodes / 2);
        int moved = full->End - middle;
        added->Begin = MostSlots / 4;
        added->End = added->Begin + moved;
        Buffer.MemoryCopy(
            SlotsOf(full) + middle, SlotsOf(added) + added->Begin, moved * ListNode.Bytes, moved * ListNode.Bytes);
        for (int index = added->Begin; index < added->End; index++) added->Count += SlotsOf(added)[index].Count;
        full->Count -= added->Count;
        full->End = middle;
        if (slot <= middle) return;
        chunk = added;
        slot += added->Begin - middle;
    }

    private static void LinkBefore(ListRoot* root, ListChunk* chunk, ListChunk* added)
    {
        added->Previous = chunk->Previous;
        added->Next = chunk;
        if (chunk->Previous == null) root->First = added;
        else chunk->Previous->Next = added;
        chunk->Previous = added;
    }

    private static void LinkBehind(ListRoot* root, ListChunk* chunk, ListChunk* added)
    {
        added->Previous = chunk;
        added->Next = chunk->Next;
        if (chunk->Next == null) root->Last = added;
        else chunk->Next->Previous = added;
        chunk->Next = added;
    }

    private static void Move(ListNode* slots, int from, int to, int nodes) => Buffer.MemoryCopy(
        slots + from, slots + to, nodes * ListNode.Bytes, nodes * ListNode.Bytes);
}
