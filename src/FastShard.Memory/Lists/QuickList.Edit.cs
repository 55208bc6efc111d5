using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>Changes in the middle of a list.</summary>
public readonly unsafe ref partial struct QuickList
{
    /// <summary>
    /// Puts an element in front of or behind the cursor's, or at the end of the list; the cursor then is at the new
    /// one.
    /// </summary>
    public void Insert(ref ListCursor cursor, scoped ReadOnlySpan<byte> element, bool before)
    {
        long opened = _handle.Open();
        OpenNode(ref cursor);
        ListPlace left = cursor.Node.IsNull ? LastNode : cursor.Node;
        ListPlace right = default;
        if (!cursor.Node.IsNull)
        {
            int at = cursor.At;
            ListNode* node = cursor.Node.Node;
            bool isPack = node->Kind == ListNodeKind.Pack;
            if (!before && isPack) at = Listpack.Next(PackNode.Pack(node), at);
            bool isFront = before && (!isPack || at == Listpack.First);
            bool isBack = !before && (!isPack || Listpack.IsEnd(PackNode.Pack(node), at));
            if (!isFront && !isBack && TrySplice(cursor.Node, at, element))
            {
                cursor.At = at;
                _handle.Close(opened);
                return;
            }
            if (isFront) (left, right) = (cursor.Node.Previous, cursor.Node);
            else if (isBack) right = cursor.Node.Next;
            else Split(cursor.Node, at, out left, out right);
        }
        InsertBetween(ref cursor, left, right, element);
        _handle.Close(opened);
    }

    /// <summary>
    /// Gives the cursor's element other bytes, which must not lie in the list; the cursor stays at it.
    /// </summary>
    public void Replace(ref ListCursor cursor, scoped ReadOnlySpan<byte> element)
    {
        long unpacked = _handle.Open();
        OpenNode(ref cursor);
        _handle.Close(unpacked);
        ListNode* node = cursor.Node.Node;
        if (node->Kind == ListNodeKind.Pack && !_limits.IsLarge(element.Length))
        {
            long opened = _handle.Open();
            int old = Listpack.Next(PackNode.Pack(node), cursor.At) - cursor.At;
            int bytes = Listpack.EncodedBytes(element);
            bool fits = bytes <= old || PackNode.HeaderBytes + PackNode.BytesOf(node) + bytes - old <= _limits.Bytes;
            if (fits)
            {
                byte* room = PackNode.Splice(Heap, node, cursor.At, old, bytes, 0, _limits);
                Listpack.Encode(new Span<byte>(room, bytes), element);
            }
            _handle.Close(opened);
            if (fits) return;
        }
        Insert(ref cursor, element, before: true);
        cursor.MoveNext();
        Remove(ref cursor);
        cursor.MovePrevious();
    }

    /// <summary>Removes the cursor's element; the cursor then is at the one that followed, or at the end.</summary>
    public void Remove(ref ListCursor cursor)
    {
        long opened = _handle.Open();
        OpenNode(ref cursor);
        ListPlace place = cursor.Node;
        ListNode* node = place.Node;
        CountElements(place, -1);
        if (node->Count == 1)
        {
            cursor.Enter(RemoveNode(place));
        }
        else
        {
            int bytes = Listpack.Next(PackNode.Pack(node), cursor.At) - cursor.At;
            PackNode.Splice(Heap, node, cursor.At, bytes, 0, -1, _limits);
            MergeIntoPrevious(ref cursor);
            if (Listpack.IsEnd(PackNode.Pack(cursor.Node.Node), cursor.At)) cursor.Enter(cursor.Node.Next);
        }
        _handle.Close(opened);
    }

    /// <summary>A node of records that is to be changed becomes a pack.</summary>
    private void OpenNode(ref ListCursor cursor)
    {
        if (cursor.Node.IsNull || cursor.Node.Node->Kind != ListNodeKind.Dense) return;
        int index = cursor.At;
        DenseNode.Unpack(Heap, cursor.Node.Node);
        cursor.Go(index);
    }

    private bool TrySplice(ListPlace place, int at, ReadOnlySpan<byte> element)
    {
        ListNode* node = place.Node;
        int bytes = Listpack.EncodedBytes(element);
        if (_limits.IsLarge(element.Length) || node->Count >= _limits.Elements) return false;
        if (PackNode.HeaderBytes + PackNode.BytesOf(node) + bytes > _limits.Bytes) return false;
        byte* room = PackNode.Splice(Heap, node, at, 0, bytes, 1, _limits);
        Listpack.Encode(new Span<byte>(room, bytes), element);
        CountElements(place, 1);
        return true;
    }

    /// <summary>Cuts a pack in two in front of an element that is not the first.</summary>
    private void Split(ListPlace place, int at, out ListPlace left, out ListPlace right)
    {
        int total = PackNode.BytesOf(place.Node);
        int moved = 0;
        ReadOnlySpan<byte> pack = PackNode.Pack(place.Node);
        for (int element = at; !Listpack.IsEnd(pack, element); element = Listpack.Next(pack, element)) moved++;
        // The new node comes in front, in the place of the old, so that one place leads to both.
        right = ListChunk.Insert(Heap, Root, place.Next);
        left = right.Previous;
        ListNode* node = right.Node;
        int bytes = total - 1 - at;
        PackNode.Create(Heap, node, bytes, growsAtHead: false);
        byte* room = PackNode.OpenTail(Heap, node, bytes, moved, _limits);
        Buffer.MemoryCopy(PackNode.PackOf(left.Node) + at, room, bytes, bytes);
        PackNode.CutTail(left.Node, at, moved);
        left.Chunk->Count -= moved;
        right.Chunk->Count += moved;
        PackNode.Trim(Heap, left.Node);
    }

    /// <summary>
    /// Puts an element between two neighbours: into one of them if that takes it, else into a new node.
    /// </summary>
    private void InsertBetween(
        ref ListCursor cursor, ListPlace left, ListPlace right, scoped ReadOnlySpan<byte> element)
    {
        if (_limits.IsLarge(element.Length))
        {
            cursor.Enter(AddPlain(right, element));
            return;
        }
        int bytes = Listpack.EncodedBytes(element);
        if (TakesAtEnd(left, bytes, atHead: false))
        {
            Append(left, element, bytes, atHead: false);
            cursor.Leave(left);
            return;
        }
        if (!TakesAtEnd(right, bytes, atHead: true)) right = AddPack(right, bytes, growsAtHead: true);
        Append(right, element, bytes, atHead: true);
        cursor.Enter(right);
    }

    /// <summary>Joins a node that has become small with the one before it, if both together fill half of one.</summary>
    private void MergeIntoPrevious(ref ListCursor cursor)
    {
        ListPlace place = cursor.Node;
        ListPlace previous = place.Previous;
        if (previous.IsNull || previous.Node->Kind != ListNodeKind.Pack) return;
        int bytes = PackNode.BytesOf(place.Node) - Listpack.EmptyBytes;
        int before = PackNode.BytesOf(previous.Node);
        int elements = place.Node->Count;
        if (before + bytes > _limits.Bytes / 2 || previous.Node->Count + elements > _limits.Elements / 2) return;
        byte* room = PackNode.OpenTail(Heap, previous.Node, bytes, elements, _limits);
        Buffer.MemoryCopy(PackNode.PackOf(place.Node) + Listpack.First, room, bytes, bytes);
        place.Chunk->Count -= elements;
        previous.Chunk->Count += elements;
        int at = cursor.At - Listpack.First + before - 1;
        ListPlace following = RemoveNode(place);
        // Where the nodes lie may have changed; who follows has not.
        cursor.Node = following.IsNull ? LastNode : following.Previous;
        cursor.At = at;
        Invariant.Slow(cursor.Node.Node->Count >= elements);
    }
}
