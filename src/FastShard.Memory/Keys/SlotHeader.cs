using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// One of a table's 16384 slots. Without keys it is all zeroes and owns nothing.
/// <code>
///   0                                16        24          28          32
///   | Segment: the slot's only one,   | bytes  | keys      | volatile  |
///   | or its directory                | of all | in slot   | keys      |
/// </code>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal struct SlotHeader
{
    internal const int Bytes = 32;

    [FieldOffset(0)] internal Segment Root;

    /// <summary>Entries, their blobs, bucket arrays and directory.</summary>
    [FieldOffset(16)] internal long AllocatedBytes;
    [FieldOffset(24)] internal int KeyCount;
    [FieldOffset(28)] internal int VolatileCount;
}
