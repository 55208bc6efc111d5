using System.Runtime.Intrinsics.X86;

namespace FastShard.Memory;

/// <summary>A walk through a sorted set in order, forwards or backwards, from a rank on.</summary>
/// <remarks>
/// SAFETY: made by <see cref="SortedSet.Walk"/>, which checks the rank; it never leaves the tree. OWNER: the set.
/// LIVES: until the next change of the set.
/// </remarks>
public unsafe ref struct SortedCursor
{
    // So many members are on their way from memory while one is read.
    private const int Ahead = 8;

    private readonly SortedRoot* _root;
    private readonly bool _backwards;
    private SortedPath _path;
    private bool _isBegun;

    internal SortedCursor(SortedRoot* root, long rank, bool backwards)
    {
        _root = root;
        _backwards = backwards;
        if (rank < 0 || rank >= root->Head.Count) return;
        fixed (SortedPath* path = &_path) SortedTree.Select(root, rank, path);
        for (int ahead = 0; ahead < Ahead; ahead++) Prefetch(ahead);
    }

    /// <summary>The member; after <see cref="MoveNext"/> was true.</summary>
    public readonly ReadOnlySpan<byte> Member => SortedElement.Member(SortedLeaf.Elements(_path.Leaf)[_path.Position]);

    /// <summary>Its score.</summary>
    public readonly double Score => SortedLeaf.Scores(_path.Leaf)[_path.Position];

    /// <summary>Goes to the first element, or the next one; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_path.Leaf == null) return false;
        if (!_isBegun)
        {
            _isBegun = true;
            return true;
        }
        _path.Position += _backwards ? -1 : 1;
        if ((uint)_path.Position < (uint)SortedLeaf.Count(_path.Leaf))
        {
            Prefetch(Ahead);
            return true;
        }
        fixed (SortedPath* path = &_path)
        {
            if (!SortedTree.Step(_root, path, _backwards))
            {
                _path.Leaf = null;
                return false;
            }
        }
        for (int ahead = 1; ahead <= Ahead; ahead++) Prefetch(ahead);
        return true;
    }

    private readonly void Prefetch(int ahead)
    {
        if (!Sse.IsSupported) return;
        int position = _path.Position + (_backwards ? -ahead : ahead);
        if ((uint)position < (uint)SortedLeaf.Count(_path.Leaf))
            Sse.Prefetch0(SortedLeaf.Elements(_path.Leaf)[position]);
    }
}
