using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastShard.Memory;

/// <summary>
/// A bucket of the index: one cache line with nine cells.
/// <code>
///   0                          45          46                         64
///   | 9 references, 5 bytes     | overflow  | 9 tags, 2 bytes          |
/// </code>
/// A reference names the entry's block (39 bits, see Region) and in its top bit whether the entry has a deadline; 0 is
/// an empty cell, whose tag is 0 too. A used cell's tag is never 0. Overflow counts the keys that would have liked a
/// cell here or before and sit in a later bucket: 0 ends a search.
/// The tags lie in the second half so that one aligned 32-byte load brings them all.
/// </summary>
internal static unsafe class Bucket
{
    internal const int Bytes = 64;
    internal const int Cells = 9;
    internal const int OverflowOffset = 45;
    internal const int TagsOffset = 46;
    internal const int ReferenceBytes = 5;

    internal const ulong VolatileBit = 1UL << 39;
    internal const ulong ReferenceMask = VolatileBit - 1;

    private const ulong CellMask = (1UL << 40) - 1;

    /// <summary>Tags in the second half start at byte 14 of it.</summary>
    private const int TagsInHalf = TagsOffset - 32;

    /// <summary>One bit for each of the nine tags, at twice its place.</summary>
    private const uint MatchMask = 0x15555;

    /// <summary>An overflow counter that reached this stays: it cannot tell any more.</summary>
    internal const byte OverflowStuck = 255;

    /// <summary>
    /// Which cells hold this tag (0: which are empty): for cell i, bit 2i. See <see cref="CellOf"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Match(byte* bucket, ushort tag)
    {
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ushort> tags = Vector256.LoadAligned((ushort*)(bucket + 32));
            return Vector256.Equals(tags, Vector256.Create(tag)).AsByte().ExtractMostSignificantBits()
                >> TagsInHalf & MatchMask;
        }
        return Vector128.IsHardwareAccelerated ? MatchHalves(bucket, tag) : MatchScalar(bucket, tag);
    }

    internal static uint MatchHalves(byte* bucket, ushort tag)
    {
        Vector128<ushort> wanted = Vector128.Create(tag);
        Vector128<ushort> low = Vector128.Equals(Vector128.LoadAligned((ushort*)(bucket + 32)), wanted);
        Vector128<ushort> high = Vector128.Equals(Vector128.LoadAligned((ushort*)(bucket + 48)), wanted);
        uint bits = low.AsByte().ExtractMostSignificantBits() | (high.AsByte().ExtractMostSignificantBits() << 16);
        return bits >> TagsInHalf & MatchMask;
    }

    internal static uint MatchScalar(byte* bucket, ushort tag)
    {
        uint bits = 0;
        for (int cell = 0; cell < Cells; cell++)
        {
            if (TagAt(bucket, cell) == tag) bits |= 1u << (2 * cell);
        }
        return bits;
    }

    /// <summary>The lowest cell of a match.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CellOf(uint match) => BitOperations.TrailingZeroCount(match) >> 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ushort TagAt(byte* bucket, int cell) => ((ushort*)(bucket + TagsOffset))[cell];

    /// <summary>Reference and volatile bit of a cell; 0 when empty.</summary>
    // SAFETY: the eight bytes read end before byte 48 of the bucket.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong ReadCell(byte* bucket, int cell) =>
        *(ulong*)(bucket + (cell * ReferenceBytes)) & CellMask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WriteCell(byte* bucket, int cell, ulong value)
    {
        byte* place = bucket + (cell * ReferenceBytes);
        *(uint*)place = (uint)value;
        place[4] = (byte)(value >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WriteTag(byte* bucket, int cell, ushort tag) => ((ushort*)(bucket + TagsOffset))[cell] = tag;
}
