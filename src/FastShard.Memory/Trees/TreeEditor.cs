using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// Adding to and removing from an <see cref="OrderedTree"/>; what that does to its nodes is <see cref="TreeShape"/>'s.
/// </summary>
internal static unsafe class TreeEditor
{
    private const int SmallestRoom = 4;

    /// <summary>
    /// The item of a key, added if it was not there: then only its key is set, and the caller sets the rest.
    /// </summary>
    internal static byte* Insert(ShardHeap heap, OrderedTree* tree, StreamId key, int itemBytes, out bool isNew)
    {
        if (tree->Root == null)
            tree->Root = tree->LastLeaf = TreeNode.Create(heap, 0, SmallestRoom, itemBytes);
        Unsafe.SkipInit(out TreePath path);
        TreeNode* leaf = Descend(tree->Root, key, ref path);
        int index = TreeSearch.FirstNotBelow(leaf, key, itemBytes);
        isNew = index == leaf->Count || TreeKey.Of(leaf->Item(index, itemBytes)) != key;
        if (!isNew) return leaf->Item(index, itemBytes);

        if (leaf->Count == leaf->Room) leaf = TreeShape.MakeRoom(heap, tree, leaf, ref index, key, itemBytes, ref path);
        byte* item = leaf->Item(index, itemBytes);
        int behind = (leaf->Count - index) * itemBytes;
        if (behind > 0) Buffer.MemoryCopy(item, item + itemBytes, behind, behind);
        leaf->Count++;
        tree->Count++;
        TreeKey.Write(item, key);
        return item;
    }

    /// <summary>Removes the item of a key; false if there was none.</summary>
    internal static bool Remove(ShardHeap heap, OrderedTree* tree, StreamId key, int itemBytes)
    {
        if (tree->Root == null) return false;
        Unsafe.SkipInit(out TreePath path);
        TreeNode* leaf = Descend(tree->Root, key, ref path);
        int index = TreeSearch.FirstNotBelow(leaf, key, itemBytes);
        if (index == leaf->Count || TreeKey.Of(leaf->Item(index, itemBytes)) != key) return false;
        leaf->Count--;
        tree->Count--;
        byte* item = leaf->Item(index, itemBytes);
        int behind = (leaf->Count - index) * itemBytes;
        if (behind > 0) Buffer.MemoryCopy(item + itemBytes, item, behind, behind);
        TreeShape.Settle(heap, tree, leaf, itemBytes, ref path);
        return true;
    }

    /// <summary>Takes the first leaf out of the tree, with all its items, which the caller has done with.</summary>
    internal static void RemoveFirstLeaf(ShardHeap heap, OrderedTree* tree, int itemBytes)
    {
        Unsafe.SkipInit(out TreePath path);
        TreeNode* leaf = tree->Root;
        for (; !leaf->IsLeaf; leaf = leaf->Child(0)) path.Set(leaf->Level, leaf, 0);
        tree->Count -= leaf->Count;
        leaf->Count = 0;
        TreeShape.Settle(heap, tree, leaf, itemBytes, ref path);
    }

    private static TreeNode* Descend(TreeNode* node, StreamId key, ref TreePath path)
    {
        while (!node->IsLeaf)
        {
            int index = TreeSearch.ChildOf(node, key);
            path.Set(node->Level, node, index);
            node = node->Child(index);
        }
        return node;
    }
}
