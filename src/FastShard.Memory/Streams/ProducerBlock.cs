using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>A producer, with the idempotent ids that it used of late.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ProducerBlock
{
    internal NamedBlock Named;

    /// <summary>By the hash of the id: <see cref="ProducedItem"/>.</summary>
    internal OrderedTree Ids;

    /// <summary>By time and turn: <see cref="TurnItem"/>, whose id is the hash.</summary>
    internal OrderedTree Turns;

    internal ulong NextTurn;
}
