using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// A part of the index of members: a table of slots in the order of the elements' hashes, without a pause for growing,
/// since it has some 500 homes at most.
/// <code>
///   | count, 4 | - | slot, 8 * (homes + 16) |       slot: | tag 20 | address of the element / 8, 44 |, 0 = empty
/// </code>
/// The tag are the 20 bits of the hash behind those that lead to the segment; the home of a tag is its share of the
/// homes, so slots in order of tags are in order of homes. An element stands at its home or behind it with no empty
/// slot between, and slots are sorted by tag. The last slot always is empty. A segment is named by a word: <c>| bits of
/// the hash that lead here, 6 | homes, 10 | address, 48 |</c>, so that a search knows all that it needs before it waits
/// for the slot itself.
/// </summary>
internal static unsafe class MemberSegment
{
    internal const int TagBits = 20;

    /// <summary>Slots behind the last home, for what the last homes push away.</summary>
    internal const int ExtraSlots = 16;

    private const int AddressBits = 44;
    private const ulong AddressMask = (1UL << AddressBits) - 1;
    private const ulong BlockMask = (1UL << 48) - 1;
    private const int HomesShift = 48;
    private const int HomesMask = 1023;
    private const int DepthShift = 58;

    /// <summary>
    /// The sizes of the segments' blocks: they are sizes of the heap. The last one is for a crowd of hashes that the
    /// one before has no room for; both split when they are full.
    /// </summary>
    private static ReadOnlySpan<ushort> Sizes =>
        [256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 6528];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int DepthOf(ulong word) => (int)(word >> DepthShift);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int HomesOf(ulong word) => (int)(word >> HomesShift) & HomesMask;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong* Slots(ulong word) => (ulong*)(word & BlockMask) + 1;

    internal static ref int Count(ulong word) => ref *(int*)(word & BlockMask);

    /// <summary>The tag of a hash in a segment that so many bits lead to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint TagOf(ulong hash, int depth) => (uint)((hash << depth) >> (64 - TagBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint TagOf(ulong slot) => (uint)(slot >> AddressBits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* ElementOf(ulong slot) => (byte*)((slot & AddressMask) << 3);

    internal static ulong SlotOf(uint tag, byte* element) => ((ulong)tag << AddressBits) | ((ulong)element >> 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int HomeOf(uint tag, int homes) => (int)((tag * (ulong)(uint)homes) >> TagBits);

    /// <summary>An empty segment for so many elements and some more. OWNER: the index.</summary>
    internal static ulong Create(ShardHeap heap, int depth, int elements)
    {
        int size = 0;
        while (size < Sizes.Length - 1 && !IsRoomy(elements, HomesOfSize(size))) size++;
        int homes = HomesOfSize(size);
        byte* block = heap.AllocateStructure(Sizes[size]);
        new Span<byte>(block, Sizes[size]).Clear();
        return (ulong)block | ((ulong)homes << HomesShift) | ((ulong)depth << DepthShift);
    }

    internal static void Free(ShardHeap heap, ulong word) =>
        heap.FreeStructure((byte*)(word & BlockMask), BytesOf(word));

    internal static int BytesOf(ulong word) => (HomesOf(word) + ExtraSlots + 1) * sizeof(ulong);

    internal static bool IsLargest(ulong word) => HomesOf(word) >= HomesOfSize(Sizes.Length - 2);

    /// <summary>Whether one more element would make searches long.</summary>
    internal static bool IsFull(ulong word) => (Count(word) + 1) * 8 > HomesOf(word) * 7;

    /// <summary>Whether a smaller block would do well.</summary>
    internal static bool IsSparse(ulong word) => Count(word) * 5 < HomesOf(word) * 2 && HomesOf(word) > HomesOfSize(0);

    /// <summary>The element with a member; null if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Find(ulong word, ulong hash, ReadOnlySpan<byte> member)
    {
        uint tag = TagOf(hash, DepthOf(word));
        ulong* slot = Slots(word) + HomeOf(tag, HomesOf(word));
        for (; *slot != 0; slot++)
        {
            uint found = TagOf(*slot);
            if (found < tag) continue;
            if (found > tag) return null;
            byte* element = ElementOf(*slot);
            if (SortedElement.Member(element).SequenceEqual(member)) return element;
        }
        return null;
    }

    /// <summary>Puts an element in its place; false where the slots behind the last home are all taken.</summary>
    internal static bool TryInsert(ulong word, uint tag, byte* element)
    {
        int homes = HomesOf(word);
        ulong* slots = Slots(word);
        ulong* last = slots + homes + ExtraSlots - 1;
        ulong* at = slots + HomeOf(tag, homes);
        while (*at != 0 && TagOf(*at) <= tag) at++;
        ulong* empty = at;
        while (*empty != 0) empty++;
        if (empty == last) return false;
        long moved = (byte*)empty - (byte*)at;
        Buffer.MemoryCopy(at, at + 1, moved, moved);
        *at = SlotOf(tag, element);
        Count(word)++;
        return true;
    }

    /// <summary>Takes out an element that is there.</summary>
    internal static void Remove(ulong word, uint tag, byte* element)
    {
        int homes = HomesOf(word);
        ulong* slots = Slots(word);
        ulong* at = slots + HomeOf(tag, homes);
        ulong wanted = SlotOf(tag, element);
        while (*at != wanted) at++;
        // What stands behind its home moves up.
        ulong* end = at + 1;
        while (*end != 0 && slots + HomeOf(TagOf(*end), homes) < end) end++;
        long moved = (byte*)end - (byte*)(at + 1);
        Buffer.MemoryCopy(at + 1, at, moved, moved);
        end[-1] = 0;
        Count(word)--;
    }

    /// <summary>
    /// Puts an element behind all others, whose tags are smaller or equal; false where there is no room left. For
    /// segments that are filled from another one.
    /// </summary>
    internal static bool TryAppend(ulong word, uint tag, byte* element, ref int at)
    {
        int homes = HomesOf(word);
        at = Math.Max(at, HomeOf(tag, homes));
        if (at >= homes + ExtraSlots - 1) return false;
        Slots(word)[at++] = SlotOf(tag, element);
        Count(word)++;
        return true;
    }

    /// <summary>Whether so many elements leave room for more before the segment is full.</summary>
    private static bool IsRoomy(int elements, int homes) => elements * 5 <= homes * 4;

    private static int HomesOfSize(int size) => (Sizes[size] / sizeof(ulong)) - 1 - ExtraSlots;
}
