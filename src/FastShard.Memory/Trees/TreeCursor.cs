namespace FastShard.Memory;

/// <summary>A place in an <see cref="OrderedTree"/>; any change of the tree makes it void.</summary>
internal unsafe struct TreeCursor
{
    private readonly int _itemBytes;
    private TreeNode* _leaf;
    private int _index;

    private TreeCursor(TreeNode* leaf, int index, int itemBytes)
    {
        _leaf = leaf;
        _index = index;
        _itemBytes = itemBytes;
    }

    /// <summary>Behind the last or before the first item.</summary>
    internal readonly bool IsEnd => _leaf == null;

    /// <summary>The item here.</summary>
    internal readonly byte* Item => _leaf->Item(_index, _itemBytes);

    internal readonly StreamId Key => TreeKey.Of(Item);

    internal static TreeCursor First(in OrderedTree tree, int itemBytes) =>
        AtLeast(tree, StreamId.Zero, itemBytes);

    internal static TreeCursor Last(in OrderedTree tree, int itemBytes) =>
        tree.LastLeaf == null ? default : new TreeCursor(tree.LastLeaf, tree.LastLeaf->Count - 1, itemBytes);

    /// <summary>The first item whose key is not below.</summary>
    internal static TreeCursor AtLeast(in OrderedTree tree, StreamId key, int itemBytes)
    {
        if (tree.Root == null) return default;
        TreeNode* leaf = TreeSearch.LeafOf(tree.Root, key);
        int index = TreeSearch.FirstNotBelow(leaf, key, itemBytes);
        if (index == leaf->Count)
        {
            leaf = leaf->Next;
            index = 0;
        }
        return new TreeCursor(leaf, index, itemBytes);
    }

    /// <summary>The last item whose key is not above.</summary>
    internal static TreeCursor AtMost(in OrderedTree tree, StreamId key, int itemBytes)
    {
        if (tree.Root == null) return default;
        TreeNode* leaf = TreeSearch.LeafOf(tree.Root, key);
        int index = TreeSearch.FirstNotBelow(leaf, key, itemBytes);
        bool isHere = index < leaf->Count && TreeKey.Of(leaf->Item(index, itemBytes)) == key;
        TreeCursor cursor = new(leaf, index, itemBytes);
        if (!isHere) cursor.MovePrevious();
        return cursor;
    }

    internal void MoveNext()
    {
        if (++_index < _leaf->Count) return;
        _leaf = _leaf->Next;
        _index = 0;
    }

    internal void MovePrevious()
    {
        if (--_index >= 0) return;
        _leaf = _leaf->Previous;
        _index = _leaf == null ? 0 : _leaf->Count - 1;
    }
}
