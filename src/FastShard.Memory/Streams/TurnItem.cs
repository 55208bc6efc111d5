using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>A delivery in the order of time: the key is the time and a turn that rises with each delivery.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct TurnItem
{
    internal const int Bytes = 32;

    internal ulong Millis;
    internal ulong Turn;
    internal StreamId Id;
}
