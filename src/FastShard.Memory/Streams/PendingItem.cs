using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>A delivery that nobody acknowledged, in a group's tree.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct PendingItem
{
    internal const int Bytes = 48;

    internal StreamId Id;
    internal long DeliveryMillis;
    internal long DeliveryCount;

    /// <summary>With the time the key in the tree of turns.</summary>
    internal ulong Turn;

    /// <summary>Who has it; null = released.</summary>
    internal ConsumerBlock* Owner;
}
