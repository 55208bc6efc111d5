using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// What a list's chunk says of a node. Freeing and counting look at nothing else, so that passing over a node costs no
/// look into its block.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct ListNode
{
    internal const int Bytes = 16;

    /// <summary>The node's block. OWNER: the list.</summary>
    internal byte* Block;

    /// <summary>Bytes that were asked for when the block was allocated; a plain element's length.</summary>
    internal int Capacity;

    /// <summary>Elements; a pack of the largest limit has no more.</summary>
    internal ushort Count;

    internal ListNodeKind Kind;

    /// <summary>A plain node's element.</summary>
    internal readonly ReadOnlySpan<byte> Plain => new(Block, Capacity);
}
