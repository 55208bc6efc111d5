using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// A B+-tree of items of one fixed size, in the order of the 128-bit key that each begins with. All zero is an empty
/// tree. Lives in a structure's root or block; what its items point to belongs to the structure. How it works:
/// <see cref="TreeNode"/> the layout, <see cref="TreeSearch"/> finding, <see cref="TreeEditor"/> adding and removing,
/// <see cref="TreeCursor"/> walking, <see cref="TreeBulk"/> freeing and copying.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal unsafe struct OrderedTree
{
    internal const int Bytes = 24;

    /// <summary>The topmost node; null while there is nothing.</summary>
    internal TreeNode* Root;

    /// <summary>The last leaf, where what grows in order is added.</summary>
    internal TreeNode* LastLeaf;

    /// <summary>Items.</summary>
    internal long Count;

    /// <summary>The last item; null if there is none.</summary>
    internal readonly byte* Last(int itemBytes) =>
        LastLeaf == null ? null : LastLeaf->Item(LastLeaf->Count - 1, itemBytes);
}
