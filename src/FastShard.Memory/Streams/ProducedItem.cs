using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>An idempotent id and the entry that was added with it.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct ProducedItem
{
    internal const int Bytes = 56;

    /// <summary>The key: 128 bits of hash of the idempotent id.</summary>
    internal StreamId Hash;

    internal StreamId Entry;

    /// <summary>When, and with it the key among the turns.</summary>
    internal long Millis;

    internal ulong Turn;

    /// <summary>The idempotent id's bytes. OWNER: the item.</summary>
    internal NamedBlock* Id;
}
