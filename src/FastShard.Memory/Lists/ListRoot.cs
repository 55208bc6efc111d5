using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>The root of a list in its entry.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes, Pack = 1)]
internal unsafe struct ListRoot
{
    internal const int Bytes = 40;

    [FieldOffset(0)] internal StructureRoot Structure;

    [FieldOffset(16)] internal ListChunk* First;

    [FieldOffset(24)] internal ListChunk* Last;

    [FieldOffset(32)] internal long Nodes;
}
