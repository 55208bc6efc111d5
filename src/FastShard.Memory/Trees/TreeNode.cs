using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// A node of an <see cref="OrderedTree"/>, followed by its items: in a leaf (level 0) those of the tree, above pairs of
/// a key and a child whose keys are not below it. The first child's key counts as the lowest of all, whatever it is.
/// <code>
///   | items, 2 | level, 2 | room in items, 4 | previous leaf, 8 | next leaf, 8 |  item  item  item ...
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal unsafe struct TreeNode
{
    internal const int HeaderBytes = 24;

    /// <summary>What a full node takes at most.</summary>
    internal const int FullBytes = 1024;

    /// <summary>An item of an inner node: a key and a child.</summary>
    internal const int BranchBytes = 24;

    internal ushort Count;
    internal ushort Level;
    internal int Room;
    internal TreeNode* Previous;
    internal TreeNode* Next;

    internal readonly bool IsLeaf => Level == 0;

    /// <summary>How many items of a size a full node has.</summary>
    internal static int Fanout(int itemBytes) => (FullBytes - HeaderBytes) / itemBytes;

    // SAFETY: index below Room. OWNER: the tree. LIVES: until the next change of the tree.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Item(int index, int itemBytes) =>
        (byte*)Unsafe.AsPointer(ref this) + HeaderBytes + (index * itemBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TreeNode* Child(int index) => *(TreeNode**)(Item(index, BranchBytes) + TreeKey.Bytes);

    internal static TreeNode* Create(ShardHeap heap, int level, int room, int itemBytes)
    {
        TreeNode* node = (TreeNode*)heap.AllocateStructure(HeaderBytes + (room * itemBytes));
        *node = new TreeNode { Level = (ushort)level, Room = room };
        return node;
    }

    internal static void Free(ShardHeap heap, TreeNode* node, int itemBytes) =>
        heap.FreeStructure((byte*)node, HeaderBytes + (node->Room * (node->IsLeaf ? itemBytes : BranchBytes)));
}
