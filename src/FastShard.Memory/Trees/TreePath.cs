namespace FastShard.Memory;

/// <summary>
/// The way from a tree's root to a leaf: for each level above the leaves, the node and which child was taken.
/// </summary>
internal unsafe struct TreePath
{
    // Inner nodes have ten children and more, but for the few that are on their way out.
    private const int MaxHeight = 16;

    private fixed ulong _nodes[MaxHeight];
    private fixed int _indexes[MaxHeight];

    internal void Set(int level, TreeNode* node, int index)
    {
        _nodes[level - 1] = (ulong)node;
        _indexes[level - 1] = index;
    }

    /// <summary>The node of a level, from 1 on.</summary>
    internal readonly TreeNode* Node(int level) => (TreeNode*)_nodes[level - 1];

    internal readonly int Index(int level) => _indexes[level - 1];
}
