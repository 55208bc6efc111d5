using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// One member of a large sorted set with its score, in a block that never moves: the tree and the index of members both
/// point at it.
/// <code>
///   | score, 8 | length, 1 | member |                                up to 254 bytes
///   | score, 8 | 255       | length, 4 | hash, 8 | member |          longer ones, too long to be hashed again
/// </code>
/// </summary>
internal static unsafe class SortedElement
{
    private const int LengthOffset = 8;
    private const int ShortHeader = 9;
    private const int LongHeader = 21;
    private const int HashOffset = 13;
    private const byte LongMark = 255;

    /// <summary>A block for a member. OWNER: the set, by <see cref="Free"/>.</summary>
    internal static byte* Create(ShardHeap heap, ReadOnlySpan<byte> member, ulong hash, double score)
    {
        int header = member.Length < LongMark ? ShortHeader : LongHeader;
        byte* element = heap.AllocateStructure(header + member.Length);
        *(double*)element = score;
        if (header == ShortHeader)
        {
            element[LengthOffset] = (byte)member.Length;
        }
        else
        {
            element[LengthOffset] = LongMark;
            *(int*)(element + ShortHeader) = member.Length;
            *(ulong*)(element + HashOffset) = hash;
        }
        member.CopyTo(new Span<byte>(element + header, member.Length));
        return element;
    }

    internal static void Free(ShardHeap heap, byte* element)
    {
        int length = element[LengthOffset];
        int bytes = length != LongMark ? ShortHeader + length : LongHeader + *(int*)(element + ShortHeader);
        heap.FreeStructure(element, bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Score(byte* element) => *(double*)element;

    // SAFETY: the header tells the length. OWNER: the element. LIVES: until it is freed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Member(byte* element)
    {
        int length = element[LengthOffset];
        return length != LongMark
            ? new ReadOnlySpan<byte>(element + ShortHeader, length)
            : new ReadOnlySpan<byte>(element + LongHeader, *(int*)(element + ShortHeader));
    }

    internal static ulong Hash(byte* element) =>
        element[LengthOffset] != LongMark ? KeyHash.Of(Member(element)) : *(ulong*)(element + HashOffset);
}
