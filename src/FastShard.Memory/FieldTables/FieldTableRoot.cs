using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// The root of a <see cref="FieldTable"/>: an index as each slot of a key table has one, whose own count of bytes means
/// nothing here (the structure's does).
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes, Pack = 1)]
internal struct FieldTableRoot
{
    internal const int Bytes = StructureRoot.Bytes + SlotHeader.Bytes + (2 * sizeof(long)) + sizeof(uint);

    [FieldOffset(0)] internal StructureRoot Head;
    [FieldOffset(StructureRoot.Bytes)] internal SlotHeader Index;

    /// <summary>
    /// When somebody should look for fields whose deadline has passed, 0 = never. In a table that is being freed: the
    /// place in the directory that comes next.
    /// </summary>
    [FieldOffset(StructureRoot.Bytes + SlotHeader.Bytes)] internal long NextCheck;

    /// <summary>
    /// The earliest deadline that a walk over them has met so far, or that was set since it began; 0 = none.
    /// </summary>
    [FieldOffset(StructureRoot.Bytes + SlotHeader.Bytes + sizeof(long))] internal long WalkEarliest;

    /// <summary>Where that walk goes on.</summary>
    [FieldOffset(StructureRoot.Bytes + SlotHeader.Bytes + (2 * sizeof(long)))] internal uint WalkPosition;
}
