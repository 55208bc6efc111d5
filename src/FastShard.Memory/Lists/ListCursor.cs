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
    /// <summary>Bytes of the scratch that a cursor reads elements into which are not kept as they are.</summary>
    public const int ScratchBytes = DenseNode.ScratchBytes;

    private readonly ListRoot* _root;
    private readonly Span<byte> _scratch;
    private int _bit;

    /// <summary>At an element by its index in a node.</summary>
    internal ListCursor(ListRoot* root, ListPlace place, int index, Span<byte> scratch)
    {
        _root = root;
        _scratch = scratch;
        Node = place;
        if (!place.IsNull) Go(index);
    }

    /// <summary>Whether it is behind the last element.</summary>
    public readonly bool IsEnd => Node.IsNull;

    /// <summary>The element; a borrow until the cursor moves or the list changes.</summary>
    public readonly PackElement Element
    {
        get
        {
            ListNode* node = Node.Node;
            return node->Kind switch
            {
                ListNodeKind.Pack => Listpack.Get(PackNode.Pack(node), At),
                ListNodeKind.Plain => new PackElement(node->Plain),
                _ => new PackElement(_scratch[..DenseNode.Read(node, _bit, _scratch)]),
            };
        }
    }

    /// <summary>Its node.</summary>
    internal ListPlace Node;

    /// <summary>Its place in the node's pack, or its index in a node of another kind.</summary>
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
        else if (++At < node->Count)
        {
            _bit += DenseNode.WidthAt(node, _bit);
            return;
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
        else if (At > 0)
        {
            Go(At - 1);
            return;
        }
        Leave(Node.Previous);
    }

    /// <summary>Goes to the first element of a node.</summary>
    internal void Enter(ListPlace node)
    {
        Node = node;
        if (!node.IsNull) Go(0);
    }

    /// <summary>Goes to an element of a node by its index there.</summary>
    internal void Go(int index)
    {
        ListNode* node = Node.Node;
        if (node->Kind == ListNodeKind.Pack)
        {
            At = Listpack.Seek(PackNode.Pack(node), index);
            return;
        }
        At = index;
        if (node->Kind == ListNodeKind.Dense) _bit = DenseNode.BitOf(node, index);
    }

    /// <summary>Goes to the last element of a node.</summary>
    internal void Leave(ListPlace node)
    {
        Node = node;
        if (!node.IsNull) Go(node.Node->Count - 1);
    }
}
