using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
/// The tags lie in the second half so that two aligned 16-byte loads bring them all.
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

    /// <summary>Places of two bytes in the second half before the first tag.</summary>
    private const int PlacesBeforeTags = (TagsOffset - 32) / sizeof(ushort);

    /// <summary>One bit for each cell.</summary>
    internal const uint AllCells = (1 << Cells) - 1;

    /// <summary>An overflow counter that reached this stays: it cannot tell any more.</summary>
    internal const byte OverflowStuck = 255;

    /// <summary>Which cells hold this tag (0: which are empty), one bit for each.</summary>
    // Not one 32-byte comparison: it would leave the upper halves of the vector registers in use, and code compiled
    // ahead without AVX, such as the runtime's own copying, then runs ten times slower.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Match(byte* bucket, ushort tag) =>
        Vector128.IsHardwareAccelerated ? MatchHalves(in *bucket, tag) : MatchOneByOne(in *bucket, tag);

    /// <summary>Match by two 16-byte comparisons.</summary>
    // SAFETY, this and the one below: the reference is to the first of a bucket's 64 bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint MatchHalves(ref readonly byte bucket, ushort tag)
    {
        Vector128<ushort> wanted = Vector128.Create(tag);
        Vector128<ushort> low = Vector128.Equals(Vector128.LoadUnsafe(in bucket, 32).AsUInt16(), wanted);
        Vector128<ushort> high = Vector128.Equals(Vector128.LoadUnsafe(in bucket, 48).AsUInt16(), wanted);
        Vector128<byte> both = Sse2.IsSupported
            ? Sse2.PackSignedSaturate(low.AsInt16(), high.AsInt16()).AsByte()
            : Vector128.Narrow(low, high);
        return both.ExtractMostSignificantBits() >> PlacesBeforeTags;
    }

    /// <summary>Match where the processor has no vectors.</summary>
    internal static uint MatchOneByOne(ref readonly byte bucket, ushort tag)
    {
        uint bits = 0;
        for (int cell = 0; cell < Cells; cell++)
        {
            int offset = TagsOffset + (cell * sizeof(ushort));
            if (Unsafe.ReadUnaligned<ushort>(in Unsafe.Add(ref Unsafe.AsRef(in bucket), offset)) == tag)
                bits |= 1u << cell;
        }
        return bits;
    }

    /// <summary>The lowest cell of a match.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CellOf(uint match) => BitOperations.TrailingZeroCount(match);

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
