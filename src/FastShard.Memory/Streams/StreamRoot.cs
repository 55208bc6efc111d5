using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// The root of a stream. Its entries lie in listpacks of some hundred (<see cref="StreamPack"/>), in a tree by the id
/// that each begins with; groups and producers in blocks of their own.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes, Pack = 1)]
internal unsafe struct StreamRoot
{
    internal const int Bytes = 128;

    /// <summary>Count is the number of live entries.</summary>
    [FieldOffset(0)] internal StructureRoot Structure;
    [FieldOffset(16)] internal StreamId LastId;

    /// <summary>The first live entry's; 0-0 if there is none.</summary>
    [FieldOffset(32)] internal StreamId FirstId;

    /// <summary>The largest id that XDEL removed.</summary>
    [FieldOffset(48)] internal StreamId MaxDeletedId;

    [FieldOffset(64)] internal long EntriesAdded;
    [FieldOffset(72)] internal OrderedTree Nodes;

    /// <summary>Consumer groups: <see cref="GroupBlock"/>.</summary>
    [FieldOffset(96)] internal NameIndex Groups;

    /// <summary>What is known of idempotent producers; null until there is one.</summary>
    [FieldOffset(112)] internal ProducersBlock* Producers;

    /// <summary>
    /// The size of the last listpack's block while it is being filled, which has room to grow; 0 = as long as the pack.
    /// </summary>
    [FieldOffset(120)] internal int TailRoom;
}
