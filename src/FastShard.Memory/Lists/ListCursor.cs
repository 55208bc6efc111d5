namespace FastShard.Memory;

/// <summary>
/// A place at an element of a list of packs, or at its end. Walks in both directions; changes of the list go through
/// <see cref="QuickList"/> with the cursor in hand, every other cursor is void after them.
/// </summary>
/// <remarks>
/// SAFETY: points into the list's blocks. OWNER: the list. LIVES: until the list changes in another way, or its entry.
/// </remarks>
public unsafe ref struct ListCursor
{
    private readonly ListRoot* _root;

    internal ListCursor(ListRoot* root, ListPlace place, int at)
    {
        _root = root;
        Node = place;
        At = at;
    }

    /// <summary>Whether it is behind the last element.</summary>
    public readonly bool IsEnd => Node.IsNull;

    /// <summary>The element; a borrow until the list changes.</summary>
    public readonly PackElement Element
    {
        get
        {
            ListNode* node = Node.Node;
            return node->Kind == ListNodeKind.Plain
                ? new PackElement(node->Plain)
                : Listpack.Get(PackNode.Pack(node), At);
        }
    }

    /// <summary>Its node.</summary>
    internal ListPlace Node;

    /// <summary>Its place in the node's pack.</summary>
    internal int At;

    /// <summary>Goes on to the following element; the last is followed by the end.</summary>
    public void MoveNext()
    {
        ListNode* node = Node.Node;
        if (node->Kind == ListNodeKind.Pack)
        {
            ReadOnlySpan<byte> pack = PackNode.Pack(node);
            At = Listpack.Next(pack, At);
            if (!Listpack.IsEnd(pack, At)) return;
        }
        Enter(Node.Next);
    }

    /// <summary>Goes back to the element before, from the end to the last; the first is preceded by the end.</summary>
    public void MovePrevious()
    {
        if (Node.IsNull)
        {
            Leave(_root->Last == null ? default : new ListPlace(_root->Last, _root->Last->End - 1));
            return;
        }
        ListNode* node = Node.Node;
        if (node->Kind == ListNodeKind.Pack)
        {
            At = Listpack.Previous(PackNode.Pack(node), At);
            if (At >= 0) return;
        }
        Leave(Node.Previous);
    }

    /// <summary>Goes to the first element of a node.</summary>
    internal void Enter(ListPlace node)
    {
        Node = node;
        At = Listpack.First;
    }

    /// <summary>Goes to the last element of a node.</summary>
    private void Leave(ListPlace node)
    {
        Node = node;
        At = Listpack.First;
        if (!node.IsNull && node.Node->Kind == ListNodeKind.Pack) At = Listpack.Last(PackNode.Pack(node.Node));
    }
}
