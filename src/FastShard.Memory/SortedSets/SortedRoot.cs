using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>The root of a large sorted set: a tree in order and an index by member over the same elements.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes, Pack = 1)]
internal unsafe struct SortedRoot
{
    internal const int Bytes = 48;

    [FieldOffset(0)] internal StructureRoot Head;

    /// <summary>The tree's topmost node: a branch, or with height 0 a leaf; null when there is no element.</summary>
    [FieldOffset(16)] internal byte* Tree;

    /// <summary>2^Depth segments of the index by the first bits of the hash; null while there is but one.</summary>
    [FieldOffset(24)] internal ulong* Directory;

    /// <summary>The only segment while there is no directory.</summary>
    [FieldOffset(32)] internal ulong Segment;

    /// <summary>Branches between the root and a leaf.</summary>
    [FieldOffset(40)] internal byte Height;

    /// <summary>Bits of the hash that the directory is addressed by.</summary>
    [FieldOffset(41)] internal byte Depth;

    /// <summary>Segments that the whole depth of the directory tells apart.</summary>
    [FieldOffset(44)] internal int Deepest;
}
