using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>What the block of a <see cref="DenseNode"/> begins with.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct DenseHeader
{
    internal const int Bytes = 20;

    /// <summary>Where the first element's record begins, in bits.</summary>
    internal int FirstBit;

    /// <summary>Records in front of the first that were dropped.</summary>
    internal ushort Skipped;

    /// <summary>Bits of a record, where all have the same length.</summary>
    internal ushort RecordBits;

    /// <summary>Where the widths of records by their length lie in the block, as 16-bit numbers.</summary>
    internal ushort WidthsAt;

    /// <summary>
    /// Where the marks lie in the block: the bit of each 32nd record. None where all have the same length.
    /// </summary>
    internal ushort MarksAt;

    /// <summary>Where the records lie in the block.</summary>
    internal int BitsAt;

    internal byte MinLength;

    internal byte MaxLength;

    /// <summary>Bits at the beginning of a record that say by how much it is longer than the shortest.</summary>
    internal byte LengthBits;

    internal byte Unused;
}
