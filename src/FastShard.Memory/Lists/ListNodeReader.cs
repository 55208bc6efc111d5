using System.Buffers;

namespace FastShard.Memory;

/// <summary>Walks the nodes of a large list as they are, for files and DUMP.</summary>
/// <remarks>
/// SAFETY: made from a handle that the table gave. OWNER: the list. LIVES: until the list changes.
/// </remarks>
public unsafe ref struct ListNodeReader
{
    private ListPlace _place;
    private bool _isBegun;
    private byte[]? _unpacked;
    private int _unpackedBytes;

    /// <summary>A walk over a list's structure.</summary>
    public ListNodeReader(in StructureHandle list)
    {
        ListRoot* root = (ListRoot*)list.Root;
        _place = root->First == null ? default : new ListPlace(root->First, root->First->Begin);
    }

    /// <summary>A walk that goes on behind the node where another one stood; the list must not have changed.</summary>
    public ListNodeReader(ListNodeMark behind)
    {
        _place = behind.Place;
        _isBegun = true;
    }

    /// <summary>The node that the walk stands at, to go on from later.</summary>
    public readonly ListNodeMark Mark => new(_place);

    /// <summary>Whether the node is one large element, not a pack.</summary>
    public readonly bool IsPlain => _place.Node->Kind == ListNodeKind.Plain;

    /// <summary>The element's bytes, or the pack.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _place.Node->Kind switch
    {
        ListNodeKind.Plain => _place.Node->Plain,
        ListNodeKind.Pack => PackNode.Pack(_place.Node),
        _ => _unpacked.AsSpan(0, _unpackedBytes),
    };

    /// <summary>Goes to the next node; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_place.IsNull) return false;
        if (_isBegun) _place = _place.Next;
        _isBegun = true;
        if (_unpacked is not null) GiveBack();
        if (_place.IsNull) return false;
        if (_place.Node->Kind == ListNodeKind.Dense) Unpack();
        return true;
    }

    /// <summary>Makes a pack of a node of records, in rented room.</summary>
    private void Unpack()
    {
        _unpackedBytes = DenseNode.PackBytes(_place.Node);
        _unpacked = ArrayPool<byte>.Shared.Rent(_unpackedBytes);
        DenseNode.WritePack(_place.Node, _unpacked.AsSpan(0, _unpackedBytes));
    }

    private void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_unpacked!);
        _unpacked = null;
    }
}
