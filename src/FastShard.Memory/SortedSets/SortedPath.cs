namespace FastShard.Memory;

/// <summary>
/// The way from the tree's root to a place in a leaf. Level 0 is the branch above the leaf; each branch stands with the
/// index of the child that the way takes.
/// </summary>
internal unsafe struct SortedPath
{
    /// <summary>Branches have at least 16 children, the topmost two: more levels would take 2^49 elements.</summary>
    internal const int MaxHeight = 12;

    internal byte* Leaf;
    internal int Position;

    private fixed ulong _branches[MaxHeight];
    private fixed int _indexes[MaxHeight];

    internal byte* Branch(int level) => (byte*)_branches[level];

    internal int Index(int level) => _indexes[level];

    internal void Set(int level, byte* branch, int index)
    {
        _branches[level] = (ulong)branch;
        _indexes[level] = index;
    }

    /// <summary>The branch moved.</summary>
    internal void SetBranch(int level, byte* branch) => _branches[level] = (ulong)branch;

    internal void SetIndex(int level, int index) => _indexes[level] = index;
}
