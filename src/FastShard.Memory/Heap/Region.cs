using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastShard.Memory.Heap;

/// <summary>
/// A region: 2 MB from the system, aligned at 2 MB so that any address inside leads to its head.
/// <code>
///   0        64                      1088                64 KB       128 KB            2 MB
///   | Region | 32 x PageHeader (32 B) | page 0 ...       | page 1    | ...    page 31  |
/// </code>
/// Page 0 is what the head leaves of the first 64 KB. A block's reference, 39 bits, is its region's number (21 bits)
/// and its place in the region in units of 8 bytes (18 bits): the top 5 of those tell the page. So a reference is
/// five bytes in an index cell with one bit to spare, and the address costs one load from the region table.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = HeadBytes)]
internal unsafe struct Region
{
    internal const int HeadBytes = 64;
    internal const int Bytes = 2 * 1024 * 1024;
    internal const int PageBytes = 64 * 1024;
    internal const int PageCount = Bytes / PageBytes;
    internal const int PageUnits = PageBytes / 8;

    /// <summary>Where the first block of page 0 may begin: a multiple of 64.</summary>
    internal const int FirstBlockOffset = HeadBytes + (PageCount * PageHeader.Bytes);

    internal const int NumberBits = 21;
    internal const int MaxNumbers = 1 << NumberBits;
    internal const int PlaceBits = 18;
    internal const int PlaceMask = (1 << PlaceBits) - 1;
    internal const int PageUnitBits = 13;

    /// <summary>All bits of a block's reference.</summary>
    internal const ulong ReferenceMask = (1UL << (NumberBits + PlaceBits)) - 1;

    [FieldOffset(0)] internal int Number;

    /// <summary>One bit for each page that belongs to no class.</summary>
    [FieldOffset(4)] internal uint FreePages;

    /// <summary>One bit for each page that may take memory: touched, and not given back since.</summary>
    [FieldOffset(8)] internal uint ResidentPages;

    /// <summary>Was mapped as one huge page.</summary>
    [FieldOffset(12)] internal byte WasHuge;

    /// <summary>The system may still make it one.</summary>
    [FieldOffset(13)] internal byte IsHuge;

    internal readonly int ResidentFreeCount => BitOperations.PopCount(FreePages & ResidentPages);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Region* Of(void* inside) => (Region*)((nuint)inside & ~((nuint)Bytes - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static PageHeader* PageAt(Region* region, int page) =>
        (PageHeader*)((byte*)region + HeadBytes) + page;

    /// <summary>The page that the block at <paramref name="block"/> lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static PageHeader* PageOf(byte* block)
    {
        Region* region = Of(block);
        return PageAt(region, (int)((nuint)(block - (byte*)region) / PageBytes));
    }

    /// <summary>The first byte of a page (for page 0: of the region).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* StartOf(PageHeader* page) =>
        (byte*)Of(page) + ((page->Number & (PageCount - 1)) * (nuint)PageBytes);
}
