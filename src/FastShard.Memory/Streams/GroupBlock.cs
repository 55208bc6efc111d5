using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// A consumer group. What it has delivered and nobody acknowledged is in two trees: by id, and by time.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct GroupBlock
{
    /// <summary>What <see cref="EntriesRead"/> is when nobody can tell.</summary>
    internal const long UnknownRead = -1;

    internal NamedBlock Named;

    /// <summary>The last id that was delivered as new.</summary>
    internal StreamId LastId;

    /// <summary>How many entries of the stream's life were read up to <see cref="LastId"/>, or unknown.</summary>
    internal long EntriesRead;

    /// <summary>Deliveries that await acknowledgement: <see cref="PendingItem"/>.</summary>
    internal OrderedTree Pending;

    /// <summary>The same by time and turn: <see cref="TurnItem"/>. Released ones have time 0 and come first.</summary>
    internal OrderedTree Turns;

    /// <summary>Tells deliveries of one time apart; rises with each.</summary>
    internal ulong NextTurn;

    /// <summary>Deliveries without an owner: released by XNACK.</summary>
    internal long Released;

    /// <summary>Bytes of the trees and consumers, as the heap counts them.</summary>
    internal long HeldBytes;

    /// <summary><see cref="ConsumerBlock"/>.</summary>
    internal NameIndex Consumers;
}
