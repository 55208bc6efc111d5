using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// How the nodes of an <see cref="OrderedTree"/> split and join. A full node is split in the middle, but the last of
/// its level stays full when something is added behind it: ids mostly arrive in order. A node that falls below a
/// quarter joins a neighbour if both fill three quarters at most, so that neither happens again at once.
/// </summary>
internal static unsafe class TreeShape
{
    /// <summary>
    /// Gives a full leaf room for an item at <paramref name="index"/>; returns the leaf that the item goes to.
    /// </summary>
    internal static TreeNode* MakeRoom(
        ShardHeap heap, OrderedTree* tree, TreeNode* leaf, ref int index, StreamId key, int itemBytes,
        ref TreePath path)
    {
        if (leaf->Room < TreeNode.Fanout(itemBytes)) return GrowRoot(heap, tree, itemBytes);

        bool isAtEnd = leaf == tree->LastLeaf && index == leaf->Count;
        TreeNode* right = Split(heap, leaf, isAtEnd ? leaf->Count : leaf->Count / 2, itemBytes);
        right->Previous = leaf;
        right->Next = leaf->Next;
        leaf->Next = right;
        if (right->Next != null) right->Next->Previous = right;
        else tree->LastLeaf = right;
        StreamId first = right->Count > 0 ? TreeKey.Of(right->Item(0, itemBytes)) : key;
        AddChild(heap, tree, leaf, right, first, ref path);
        if (!isAtEnd && index <= leaf->Count) return leaf;
        index -= leaf->Count;
        return right;
    }

    /// <summary>After items left a leaf: it goes if it is empty, and joins a neighbour if it is nearly so.</summary>
    internal static void Settle(
        ShardHeap heap, OrderedTree* tree, TreeNode* leaf, int itemBytes, ref TreePath path)
    {
        if (leaf->Count > 0)
        {
            Join(heap, tree, leaf, itemBytes, ref path);
            return;
        }
        Unlink(tree, leaf);
        RemoveNode(heap, tree, leaf, itemBytes, ref path);
    }

    /// <summary>Only a tree of one leaf has less room than it could: small trees are small.</summary>
    private static TreeNode* GrowRoot(ShardHeap heap, OrderedTree* tree, int itemBytes)
    {
        TreeNode* leaf = tree->Root;
        Invariant.Slow(leaf->IsLeaf);
        int room = Math.Min(leaf->Room * 2, TreeNode.Fanout(itemBytes));
        leaf = (TreeNode*)heap.ResizeStructure(
            (byte*)leaf, TreeNode.HeaderBytes + (leaf->Room * itemBytes), TreeNode.HeaderBytes + (room * itemBytes));
        leaf->Room = room;
        tree->Root = tree->LastLeaf = leaf;
        return leaf;
    }

    /// <summary>A new node with the items of another from <paramref name="from"/> on.</summary>
    private static TreeNode* Split(ShardHeap heap, TreeNode* node, int from, int itemBytes)
    {
        TreeNode* right = TreeNode.Create(heap, node->Level, node->Room, itemBytes);
        int moved = node->Count - from;
        Buffer.MemoryCopy(node->Item(from, itemBytes), right->Item(0, itemBytes), moved * itemBytes, moved * itemBytes);
        right->Count = (ushort)moved;
        node->Count = (ushort)from;
        return right;
    }

    /// <summary>Puts a node behind <paramref name="left"/> into their parent, which is split when it is full.</summary>
    private static void AddChild(
        ShardHeap heap, OrderedTree* tree, TreeNode* left, TreeNode* right, StreamId key, ref TreePath path)
    {
        for (int level = left->Level + 1; ; level++)
        {
            if (left == tree->Root)
            {
                int fanout = TreeNode.Fanout(TreeNode.BranchBytes);
                TreeNode* root = TreeNode.Create(heap, level, fanout, TreeNode.BranchBytes);
                tree->Root = root;
                SetChild(root, 0, StreamId.Zero, left);
                SetChild(root, 1, key, right);
                root->Count = 2;
                return;
            }
            TreeNode* parent = path.Node(level);
            int index = path.Index(level) + 1;
            if (parent->Count < parent->Room)
            {
                InsertChild(parent, index, key, right);
                return;
            }
            bool isAtEnd = index == parent->Count;
            TreeNode* split = Split(heap, parent, isAtEnd ? index - 1 : parent->Count / 2, TreeNode.BranchBytes);
            if (index <= parent->Count && !isAtEnd) InsertChild(parent, index, key, right);
            else InsertChild(split, index - parent->Count, key, right);
            left = parent;
            right = split;
            key = TreeKey.Of(split->Item(0, TreeNode.BranchBytes));
        }
    }

    private static void InsertChild(TreeNode* parent, int index, StreamId key, TreeNode* child)
    {
        byte* item = parent->Item(index, TreeNode.BranchBytes);
        int behind = (parent->Count - index) * TreeNode.BranchBytes;
        if (behind > 0) Buffer.MemoryCopy(item, item + TreeNode.BranchBytes, behind, behind);
        SetChild(parent, index, key, child);
        parent->Count++;
    }

    private static void SetChild(TreeNode* parent, int index, StreamId key, TreeNode* child)
    {
        byte* item = parent->Item(index, TreeNode.BranchBytes);
        TreeKey.Write(item, key);
        *(TreeNode**)(item + TreeKey.Bytes) = child;
    }

    private static void Unlink(OrderedTree* tree, TreeNode* leaf)
    {
        if (leaf->Previous != null) leaf->Previous->Next = leaf->Next;
        if (leaf->Next != null) leaf->Next->Previous = leaf->Previous;
        else tree->LastLeaf = leaf->Previous;
    }

    /// <summary>Frees an empty node and takes it out of its parent, which may become empty or few by that.</summary>
    private static void RemoveNode(
        ShardHeap heap, OrderedTree* tree, TreeNode* node, int itemBytes, ref TreePath path)
    {
        int level = node->Level + 1;
        bool isRoot = node == tree->Root;
        TreeNode.Free(heap, node, itemBytes);
        if (isRoot)
        {
            tree->Root = tree->LastLeaf = null;
            return;
        }
        RemoveChild(heap, tree, path.Node(level), path.Index(level), itemBytes, ref path);
    }

    private static void RemoveChild(
        ShardHeap heap, OrderedTree* tree, TreeNode* parent, int index, int itemBytes, ref TreePath path)
    {
        parent->Count--;
        byte* item = parent->Item(index, TreeNode.BranchBytes);
        int behind = (parent->Count - index) * TreeNode.BranchBytes;
        if (behind > 0) Buffer.MemoryCopy(item + TreeNode.BranchBytes, item, behind, behind);
        if (parent->Count == 0) RemoveNode(heap, tree, parent, itemBytes, ref path);
        else if (parent == tree->Root) LowerRoot(heap, tree);
        else Join(heap, tree, parent, itemBytes, ref path);
    }

    private static void LowerRoot(ShardHeap heap, OrderedTree* tree)
    {
        while (!tree->Root->IsLeaf && tree->Root->Count == 1)
        {
            TreeNode* root = tree->Root;
            tree->Root = root->Child(0);
            TreeNode.Free(heap, root, TreeNode.BranchBytes);
        }
    }

    /// <summary>A node that is nearly empty goes into its neighbour, or its neighbour into it.</summary>
    private static void Join(
        ShardHeap heap, OrderedTree* tree, TreeNode* node, int itemBytes, ref TreePath path)
    {
        if (node == tree->Root || node->Count >= node->Room / 4) return;
        TreeNode* parent = path.Node(node->Level + 1);
        int index = path.Index(node->Level + 1);
        if (index + 1 == parent->Count) index--;
        if (index < 0) return;
        TreeNode* left = parent->Child(index);
        TreeNode* right = parent->Child(index + 1);
        if (left->Count + right->Count > left->Room * 3 / 4) return;

        int bytes = node->IsLeaf ? itemBytes : TreeNode.BranchBytes;
        if (!left->IsLeaf)
        {
            // The first child's key counted as the lowest; in the middle it has to be true.
            TreeKey.Write(right->Item(0, bytes), TreeKey.Of(parent->Item(index + 1, bytes)));
        }
        int moved = right->Count * bytes;
        Buffer.MemoryCopy(right->Item(0, bytes), left->Item(left->Count, bytes), moved, moved);
        left->Count += right->Count;
        if (left->IsLeaf) Unlink(tree, right);
        TreeNode.Free(heap, right, itemBytes);
        RemoveChild(heap, tree, parent, index + 1, itemBytes, ref path);
    }
}
