using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Walks a whole <see cref="OrderedTree"/> and ends the process where it is not what it should be: for tests.
/// </summary>
internal static unsafe class TreeCheck
{
    internal static void Verify(in OrderedTree tree, int itemBytes)
    {
        if (tree.Root == null)
        {
            Invariant.Check(tree.Count == 0 && tree.LastLeaf == null);
            return;
        }
        TreeNode* previous = null;
        long items = Walk(tree.Root, tree.Root, StreamId.Zero, StreamId.Max, itemBytes, ref previous);
        Invariant.Check(items == tree.Count);
        Invariant.Check(previous == tree.LastLeaf && previous->Next == null);
    }

    /// <summary>
    /// Items below a node, whose keys are all within the two (the upper one included for the last child only).
    /// </summary>
    private static long Walk(
        TreeNode* node, TreeNode* root, StreamId low, StreamId high, int itemBytes, ref TreeNode* previous)
    {
        Invariant.Check(node->Count > 0 && node->Count <= node->Room);
        if (node->IsLeaf)
        {
            Invariant.Check(node->Previous == previous && (previous == null || previous->Next == node));
            previous = node;
            for (int index = 0; index < node->Count; index++)
            {
                StreamId key = TreeKey.Of(node->Item(index, itemBytes));
                Invariant.Check(key >= low && key <= high);
                Invariant.Check(index == 0 || TreeKey.Of(node->Item(index - 1, itemBytes)) < key);
            }
            return node->Count;
        }
        Invariant.Check(node != root || node->Count > 1);
        long items = 0;
        for (int index = 0; index < node->Count; index++)
        {
            StreamId from = index == 0 ? low : TreeKey.Of(node->Item(index, TreeNode.BranchBytes));
            StreamId to = index + 1 == node->Count ? high : TreeKey.Of(node->Item(index + 1, TreeNode.BranchBytes));
            Invariant.Check(from >= low && from <= to);
            TreeNode* child = node->Child(index);
            Invariant.Check(child->Level == node->Level - 1);
            items += Walk(child, root, from, to, itemBytes, ref previous);
        }
        return items;
    }
}
