namespace FastShard.Memory;

/// <summary>Lists as listpacks: from and to the form in an entry, and that of RDB files and DUMP.</summary>
public readonly unsafe ref partial struct QuickList
{
    /// <summary>
    /// Adds all elements of a valid pack, which does not lie in the list, behind the others: as a node where the limits
    /// allow it.
    /// </summary>
    public void AppendPack(ReadOnlySpan<byte> pack)
    {
        int count = Listpack.Count(pack);
        if (count == 0) return;
        bool isTooLarge = PackNode.HeaderBytes + pack.Length > _limits.Bytes || count > _limits.Elements;
        if (isTooLarge)
        {
            AppendEach(pack);
            return;
        }
        long opened = _handle.Open();
        ListPlace added = ListChunk.Insert(Heap, Root, default);
        PackNode.Create(Heap, added.Node, pack);
        CountElements(added, count);
        SettleBehind(added);
        _handle.Close(opened);
    }

    /// <summary>The only node's pack, if it is so small that the list is to be one pack again.</summary>
    public bool TryGetSmallPack(out ReadOnlySpan<byte> pack)
    {
        pack = default;
        if (Root->Nodes != 1) return false;
        ListNode* node = FirstNode.Node;
        // An element that has a block of its own is no pack, and what stands in it is the client's.
        if (node->Kind == ListNodeKind.Plain) return false;
        // The last node changes too often to be kept as records: once unpacked, it stays so.
        if (node->Kind == ListNodeKind.Dense) Unpack(node);
        if (!_limits.IsWellAbove(PackNode.BytesOf(node), node->Count)) return false;
        pack = PackNode.Pack(node);
        return true;
    }

    private void Unpack(ListNode* node)
    {
        long opened = _handle.Open();
        DenseNode.Unpack(Heap, node);
        _handle.Close(opened);
    }

    private void AppendEach(ReadOnlySpan<byte> pack)
    {
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at); at = Listpack.Next(pack, at))
            Push(Listpack.Get(pack, at).Bytes(digits), atHead: false);
    }
}
