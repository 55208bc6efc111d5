using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// What every root of a structure begins with. The root is the value area of an entry, at any address: the entry can be
/// moved, so nothing may point at a root, and a root points at blocks that stay where they are. All bytes zero is an
/// empty structure that holds nothing.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes, Pack = 1)]
internal struct StructureRoot
{
    internal const int Bytes = 16;

    /// <summary>Bytes of the blocks that the structure owns, as the heap counts them.</summary>
    [FieldOffset(0)] internal long HeldBytes;

    /// <summary>Elements: what length commands reply, and what freeing costs.</summary>
    [FieldOffset(8)] internal long Count;
}
