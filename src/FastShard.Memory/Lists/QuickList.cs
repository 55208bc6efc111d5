using System.Runtime.CompilerServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A large list: nodes of about a page, each a listpack, in chunks (see <see cref="ListChunk"/>, <see
/// cref="PackNode"/>). Both ends grow and shrink without moving anything; an element in the middle is found by counts.
/// </summary>
/// <remarks>
/// SAFETY: a view over a root; everything behind it is owned by the root. OWNER: the entry. LIVES: as the handle does.
/// </remarks>
public readonly unsafe ref partial struct QuickList
{
    /// <summary>Bytes of the root in the entry.</summary>
    public const int RootBytes = ListRoot.Bytes;

    /// <summary>The most elements of one node: what it counts them with.</summary>
    public const int NodeElementsMax = ushort.MaxValue;

    // A list of no more nodes is kept as it is.
    private const int FewestNodes = 5;

    // From so many elements on whole chunks are freed later, bit by bit.
    private const long WorthBurying = 16_384;

    private readonly StructureHandle _handle;
    private readonly ListLimits _limits;

    /// <summary>The list whose root is <paramref name="handle"/>'s; nodes are filled up to these limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public QuickList(StructureHandle handle, ListLimits limits)
    {
        _handle = handle;
        _limits = limits;
    }

    /// <summary>Elements.</summary>
    public long Count => _handle.Count;

    /// <summary>Nodes.</summary>
    public long Nodes => Root->Nodes;

    private ListRoot* Root => (ListRoot*)_handle.Root;

    private ShardHeap Heap => _handle.Heap;

    private ListPlace FirstNode => Root->First == null ? default : new ListPlace(Root->First, Root->First->Begin);

    private ListPlace LastNode => Root->Last == null ? default : new ListPlace(Root->Last, Root->Last->End - 1);

    /// <summary>Adds an element at an end. It must not lie in the list.</summary>
    public void Push(ReadOnlySpan<byte> element, bool atHead)
    {
        long opened = _handle.Open();
        ListPlace end = atHead ? FirstNode : LastNode;
        int bytes = Listpack.EncodedBytes(element);
        if (_limits.IsLarge(element.Length))
        {
            AddPlain(atHead ? end : default, element);
        }
        else
        {
            if (!TakesAtEnd(end, bytes, atHead)) end = AddPack(atHead ? end : default, bytes, atHead);
            Append(end, element, bytes, atHead);
        }
        _handle.Close(opened);
    }

    /// <summary>
    /// The element at an end, which must exist; a borrow until the list changes or the scratch, of
    /// <see cref="ListCursor.ScratchBytes"/>.
    /// </summary>
    public PackElement Peek(bool atHead, Span<byte> scratch)
    {
        ListNode* node = (atHead ? FirstNode : LastNode).Node;
        if (node->Kind == ListNodeKind.Pack)
        {
            ReadOnlySpan<byte> pack = PackNode.Pack(node);
            return Listpack.Get(pack, atHead ? Listpack.First : Listpack.Last(pack));
        }
        if (node->Kind == ListNodeKind.Plain) return new PackElement(node->Plain);
        int bit = DenseNode.BitOf(node, atHead ? 0 : node->Count - 1);
        return new PackElement(scratch[..DenseNode.Read(node, bit, scratch)]);
    }

    /// <summary>Removes so many elements, or all there are, from an end on.</summary>
    public void Drop(long count, bool atHead)
    {
        if (count >= WorthBurying) BuryChunks(ref count, atHead);
        long opened = _handle.Open();
        while (count > 0)
        {
            ListPlace end = atHead ? FirstNode : LastNode;
            if (end.IsNull) break;
            int held = end.Node->Count;
            int dropped = (int)Math.Min(count, held);
            CountElements(end, -dropped);
            if (dropped == held) RemoveNode(end);
            else if (atHead) CutHead(end.Node, dropped);
            else CutTail(end.Node, dropped);
            count -= dropped;
        }
        _handle.Close(opened);
    }

    /// <summary>
    /// The place of an element by its index, from the end if negative; the end if there is none. Elements may be read
    /// into the scratch, of <see cref="ListCursor.ScratchBytes"/>.
    /// </summary>
    public ListCursor Seek(long index, Span<byte> scratch)
    {
        long count = Count;
        if (index < 0) index += count;
        if (index < 0 || index >= count) return new ListCursor(Root, default, 0, scratch);
        ListPlace place = index <= count / 2 ? SeekForward(ref index) : SeekBackward(ref index, count);
        return new ListCursor(Root, place, (int)index, scratch);
    }

    /// <summary>Checks all that must hold; for tests.</summary>
    internal void Check() => QuickListCheck.Run(Root, _limits);

    private ListPlace SeekForward(ref long index)
    {
        ListChunk* chunk = Root->First;
        for (; index >= chunk->Count; chunk = chunk->Next) index -= chunk->Count;
        int slot = chunk->Begin;
        for (ListNode* slots = ListChunk.SlotsOf(chunk); index >= slots[slot].Count; slot++) index -= slots[slot].Count;
        return new ListPlace(chunk, slot);
    }

    private ListPlace SeekBackward(ref long index, long count)
    {
        ListChunk* chunk = Root->Last;
        long first = count - chunk->Count;
        while (index < first)
        {
            chunk = chunk->Previous;
            first -= chunk->Count;
        }
        index -= first;
        int slot = chunk->Begin;
        for (ListNode* slots = ListChunk.SlotsOf(chunk); index >= slots[slot].Count; slot++) index -= slots[slot].Count;
        return new ListPlace(chunk, slot);
    }

    private void CountElements(ListPlace place, int delta)
    {
        Root->Structure.Count += delta;
        place.Chunk->Count += delta;
    }

    private bool TakesAtEnd(ListPlace end, int bytes, bool atHead) =>
        !end.IsNull && end.Node->Kind == ListNodeKind.Pack && PackNode.TakesAtEnd(end.Node, bytes, atHead, _limits);

    /// <summary>Puts an element at an end of a node that takes it.</summary>
    private void Append(ListPlace place, ReadOnlySpan<byte> element, int bytes, bool atHead)
    {
        byte* room = atHead
            ? PackNode.OpenHead(Heap, place.Node, bytes, _limits)
            : PackNode.OpenTail(Heap, place.Node, bytes, 1, _limits);
        Listpack.Encode(new Span<byte>(room, bytes), element);
        CountElements(place, 1);
    }

    /// <summary>An empty pack in front of a node (null: behind all).</summary>
    private ListPlace AddPack(ListPlace before, int bytes, bool growsAtHead)
    {
        ListPlace added = ListChunk.Insert(Heap, Root, before);
        PackNode.Create(Heap, added.Node, bytes, growsAtHead);
        SettleBehind(added);
        return added;
    }

    private ListPlace AddPlain(ListPlace before, ReadOnlySpan<byte> element)
    {
        ListPlace added = ListChunk.Insert(Heap, Root, before);
        ListNode* node = added.Node;
        node->Block = Heap.AllocateStructure(element.Length);
        node->Capacity = element.Length;
        node->Count = 1;
        node->Kind = ListNodeKind.Plain;
        element.CopyTo(new Span<byte>(node->Block, element.Length));
        CountElements(added, 1);
        SettleBehind(added);
        return added;
    }

    /// <summary>
    /// After a node was added at an end: the third from there is made as small as it gets. The second is left as it
    /// is, so that a list that grows and shrinks by a few elements does not pack and unpack all the time.
    /// </summary>
    private void SettleBehind(ListPlace added)
    {
        if (Root->Nodes < FewestNodes) return;
        ListPlace third = added.Next.IsNull ? added.Previous.Previous
            : added.Previous.IsNull ? added.Next.Next : default;
        if (third.IsNull || third.Node->Kind != ListNodeKind.Pack) return;
        if (!DenseNode.TryCreate(Heap, third.Node)) PackNode.Trim(Heap, third.Node);
    }

    /// <summary>Frees a node whose elements are off the books; returns what followed.</summary>
    private ListPlace RemoveNode(ListPlace place)
    {
        Heap.FreeStructure(place.Node->Block, place.Node->Capacity);
        return ListChunk.Remove(Heap, Root, place);
    }

    /// <summary>Takes whole chunks away at an end, for somebody to free them bit by bit.</summary>
    private void BuryChunks(ref long count, bool atHead)
    {
        ListRoot buried = default;
        long held = 0;
        while (true)
        {
            ListChunk* chunk = atHead ? Root->First : Root->Last;
            if (chunk == null || chunk->Count > count) break;
            count -= chunk->Count;
            Root->Structure.Count -= chunk->Count;
            Root->Nodes -= chunk->Nodes;
            held += ListChunk.HeldBytes(Heap, chunk);
            ListChunk.Detach(Root, chunk);
            ListChunk.Attach(&buried, chunk);
        }
        if (buried.First == null) return;
        buried.Structure.HeldBytes = held;
        Root->Structure.HeldBytes -= held;
        _handle.Book(-held);
        byte kind = EntryLayout.Kind(ValueType.List, ValueEncoding.QuickList);
        Heap.Graves.Bury(kind, (StructureRoot*)&buried, ListRoot.Bytes);
    }

    private static void CutHead(ListNode* node, int elements)
    {
        if (node->Kind == ListNodeKind.Dense)
        {
            DenseNode.CutHead(node, elements);
            return;
        }
        ReadOnlySpan<byte> pack = PackNode.Pack(node);
        PackNode.CutHead(node, Listpack.Seek(pack, elements), elements);
    }

    private static void CutTail(ListNode* node, int elements)
    {
        if (node->Kind == ListNodeKind.Dense)
        {
            DenseNode.CutTail(node, elements);
            return;
        }
        ReadOnlySpan<byte> pack = PackNode.Pack(node);
        PackNode.CutTail(node, Listpack.Seek(pack, -elements), elements);
    }
}
