using System.Runtime.InteropServices;

namespace FastShard.Memory.Heap;

/// <summary>What a page is doing.</summary>
internal enum PageState : byte
{
    /// <summary>Belongs to no class.</summary>
    Free = 0,

    /// <summary>The page its class allocates from.</summary>
    Current = 1,

    /// <summary>Has room, waits in its class's list.</summary>
    Listed = 2,

    /// <summary>Has no room, and is in no list.</summary>
    Full = 3,

    /// <summary>Being emptied by compaction: nothing is allocated from it.</summary>
    Evacuating = 4,
}

/// <summary>
/// The book-keeping of one 64 KB page, kept in the head of its region. Places in the page are counted in units of
/// eight bytes. Free blocks form a list through their own first two bytes; blocks from Fresh on were never used.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct PageHeader
{
    internal const int Bytes = 32;

    /// <summary>The end of the free list.</summary>
    internal const ushort None = 0xFFFF;

    [FieldOffset(0)] internal ushort FreeHead;
    [FieldOffset(2)] internal ushort Fresh;
    [FieldOffset(4)] internal ushort Used;
    [FieldOffset(6)] internal ushort Units;
    [FieldOffset(8)] internal byte Class;
    [FieldOffset(9)] internal PageState State;
    [FieldOffset(10)] internal ushort Capacity;

    /// <summary>Region number times 32 plus the place in the region.</summary>
    [FieldOffset(12)] internal uint Number;
    [FieldOffset(16)] internal PageHeader* Next;
    [FieldOffset(24)] internal PageHeader* Previous;

    internal readonly bool HasRoom => FreeHead != None || Fresh + Units <= Region.PageUnits;
}
