using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A large list: nodes of about a page, each a listpack, in chunks (see <see cref="ListChunk"/>, <see cref="PackNode"/>).
/// Both ends grow and shrink without moving anything; an element in the middle is found by counts.
/// </summary>
/// <remarks>
/// SAFETY: a view over a root; everything behind it is owned by the root. OWNER: the entry. LIVES: as the handle does.
/// </remarks>
public readonly unsafe ref partial struct QuickList
{
    /// <summary>Bytes of the root in the entry.</summary>
    public const int RootBytes = ListRoot.Bytes;

    private readonly StructureHandle _handle;
    private readonly ListLimits _limits;

    /// <summary>The list whose root is <paramref name="handle"/>'s; nodes are filled up to these limits.</summary>
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

    /// <summary>The element at an end, which must exist; a borrow until the list changes.</summary>
    public PackElement Peek(bool atHead)
    {
        ListNode* node = (atHead ? FirstNode : LastNode).Node;
        if (node->Kind == ListNodeKind.Plain) return new PackElement(node->Plain);
        ReadOnlySpan<byte> pack = PackNode.Pack(node);
        return Listpack.Get(pack, atHead ? Listpack.First : Listpack.Last(pack));
    }

    /// <summary>Removes so many elements, or all there are, from an end on.</summary>
    public void Drop(long count, bool atHead)
    {
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

    /// <summary>The place of an element by its index, from the end if negative; the end if there is none.</summary>
    public ListCursor Seek(long index)
    {
        long count = Count;
        if (index < 0) index += count;
        if (index < 0 || index >= count) return new ListCursor(Root, default, 0);
        ListPlace place = index <= count / 2 ? SeekForward(ref index) : SeekBackward(ref index, count);
        ListNode* node = place.Node;
        int at = node->Kind == ListNodeKind.Pack
            ? Listpack.Seek(PackNode.Pack(node), (int)index)
            : Listpack.First;
        return new ListCursor(Root, place, at);
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
        TrimBehind(added);
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
        return added;
    }

    /// <summary>What no longer is an end will not grow there.</summary>
    private void TrimBehind(ListPlace added)
    {
        ListPlace neighbour = added.Next.IsNull ? added.Previous : added.Previous.IsNull ? added.Next : default;
        if (neighbour.IsNull || neighbour.Next.IsNull || neighbour.Previous.IsNull) return;
        if (neighbour.Node->Kind == ListNodeKind.Pack) PackNode.Trim(Heap, neighbour.Node);
    }

    /// <summary>Frees a node whose elements are off the books; returns what followed.</summary>
    private ListPlace RemoveNode(ListPlace place)
    {
        Heap.FreeStructure(place.Node->Block, place.Node->Capacity);
        return ListChunk.Remove(Heap, Root, place);
    }

    private static void CutHead(ListNode* node, int elements)
    {
        ReadOnlySpan<byte> pack = PackNode.Pack(node);
        PackNode.CutHead(node, Listpack.Seek(pack, elements), elements);
    }

    private static void CutTail(ListNode* node, int elements)
    {
        ReadOnlySpan<byte> pack = PackNode.Pack(node);
        PackNode.CutTail(node, Listpack.Seek(pack, -elements), elements);
    }
}
