using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>A listpack of entries in a stream's tree, by the id that its entries' differ from.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct NodeItem
{
    internal const int Bytes = 24;

    internal StreamId MasterId;
    internal byte* Pack;
}
