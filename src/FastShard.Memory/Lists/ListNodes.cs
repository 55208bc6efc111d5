namespace FastShard.Memory;

/// <summary>
/// The nodes of a list one after the other, each as a listpack or as one large element: what RDB files and DUMP hold.
/// </summary>
/// <remarks>SAFETY: points into the list. OWNER: the list. LIVES: until the list changes.</remarks>
public unsafe ref struct ListNodes
{
    private readonly ListRoot* _root;
    private ListPlace _place;
    private bool _isStarted;

    internal ListNodes(ListRoot* root) => _root = root;

    /// <summary>Whether the node is one large element, and no pack.</summary>
    public readonly bool IsPlain => _place.Node->Kind == ListNodeKind.Plain;

    /// <summary>Bytes of the node's pack or of its element.</summary>
    public readonly int Length => _place.Node->Kind switch
    {
        ListNodeKind.Pack => PackNode.BytesOf(_place.Node),
        ListNodeKind.Plain => _place.Node->Capacity,
        _ => DenseNode.PackBytes(_place.Node),
    };

    /// <summary>Goes to the next node, at first to the first one; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_isStarted) _place = _place.Next;
        else if (_root->First != null) _place = new ListPlace(_root->First, _root->First->Begin);
        _isStarted = true;
        return !_place.IsNull;
    }

    /// <summary>Writes the node's pack or element, of exactly <see cref="Length"/> bytes.</summary>
    public readonly void CopyTo(Span<byte> target)
    {
        ListNode* node = _place.Node;
        switch (node->Kind)
        {
            case ListNodeKind.Pack: PackNode.Pack(node).CopyTo(target); break;
            case ListNodeKind.Plain: node->Plain.CopyTo(target); break;
            default: DenseNode.WritePack(node, target); break;
        }
    }
}
