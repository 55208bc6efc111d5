namespace FastShard.Memory;

/// <summary>Walks the nodes of a large list as they are, for files and DUMP.</summary>
/// <remarks>
/// SAFETY: made from a handle that the table gave. OWNER: the list. LIVES: until the list changes.
/// </remarks>
public unsafe ref struct ListNodeReader
{
    private ListPlace _place;
    private bool _isBegun;

    /// <summary>A walk over a list's structure.</summary>
    public ListNodeReader(in StructureHandle list)
    {
        ListRoot* root = (ListRoot*)list.Root;
        _place = root->First == null ? default : new ListPlace(root->First, root->First->Begin);
    }

    /// <summary>Whether the node is one large element, not a pack.</summary>
    public readonly bool IsPlain => _place.Node->Kind == ListNodeKind.Plain;

    /// <summary>The element's bytes, or the pack.</summary>
    public readonly ReadOnlySpan<byte> Bytes => IsPlain ? _place.Node->Plain : PackNode.Pack(_place.Node);

    /// <summary>Goes to the next node; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_place.IsNull) return false;
        if (_isBegun) _place = _place.Next;
        _isBegun = true;
        return !_place.IsNull;
    }
}
