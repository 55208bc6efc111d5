using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>Finding in an <see cref="OrderedTree"/>.</summary>
internal static unsafe class TreeSearch
{
    /// <summary>The item of a key; null if there is none. LIVES: until the next change of the tree.</summary>
    internal static byte* Find(in OrderedTree tree, StreamId key, int itemBytes)
    {
        if (tree.Root == null) return null;
        TreeNode* leaf = LeafOf(tree.Root, key);
        int index = FirstNotBelow(leaf, key, itemBytes);
        if (index == leaf->Count) return null;
        byte* item = leaf->Item(index, itemBytes);
        return TreeKey.Of(item) == key ? item : null;
    }

    /// <summary>The leaf where a key is, or would be.</summary>
    internal static TreeNode* LeafOf(TreeNode* node, StreamId key)
    {
        while (!node->IsLeaf) node = node->Child(ChildOf(node, key));
        return node;
    }

    /// <summary>In an inner node, the child that a key belongs to.</summary>
    internal static int ChildOf(TreeNode* node, StreamId key)
    {
        (int low, int high) = (1, node->Count);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (TreeKey.Of(node->Item(middle, TreeNode.BranchBytes)) <= key) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    /// <summary>In a leaf, the first item whose key is not below; the number of items if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FirstNotBelow(TreeNode* leaf, StreamId key, int itemBytes)
    {
        (int low, int high) = (0, leaf->Count);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (TreeKey.Of(leaf->Item(middle, itemBytes)) < key) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
