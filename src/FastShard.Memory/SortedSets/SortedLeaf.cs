using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// A leaf: up to 63 elements in order, their scores beside them so that most searches touch no element.
/// <code>
///   | count, 2 | capacity, 2 | - | score, 8 * capacity | element, 8 * capacity |
/// </code>
/// Its block grows and shrinks by 128 bytes, so half a leaf takes half the memory.
/// </summary>
internal static unsafe class SortedLeaf
{
    internal const int MaxCount = 63;

    private const int HeaderBytes = 8;
    private const int Step = 8;
    private const int FirstCapacity = 7;

    // A leaf gives memory back only when a step and a half is unused: not at every change of one more and one less.
    private const int SlackMax = 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Count(byte* leaf) => *(ushort*)leaf;

    internal static void SetCount(byte* leaf, int count) => *(ushort*)leaf = (ushort)count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Capacity(byte* leaf) => *(ushort*)(leaf + 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double* Scores(byte* leaf) => (double*)(leaf + HeaderBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte** Elements(byte* leaf) => (byte**)(leaf + HeaderBytes + (8 * Capacity(leaf)));

    /// <summary>An empty leaf. OWNER: the tree.</summary>
    internal static byte* Create(ShardHeap heap, int count)
    {
        int capacity = CapacityFor(count);
        byte* leaf = heap.AllocateStructure(BytesOf(capacity));
        *(ulong*)leaf = (ulong)capacity << 16;
        return leaf;
    }

    internal static void Free(ShardHeap heap, byte* leaf) => heap.FreeStructure(leaf, BytesOf(Capacity(leaf)));

    /// <summary>Room for so many elements; returns the leaf, which may have moved.</summary>
    internal static byte* Reserve(ShardHeap heap, byte* leaf, int count) =>
        count <= Capacity(leaf) ? leaf : Move(heap, leaf, CapacityFor(count));

    /// <summary>Gives back what is clearly too much; returns the leaf, which may have moved.</summary>
    internal static byte* Trim(ShardHeap heap, byte* leaf)
    {
        int count = Count(leaf);
        return Capacity(leaf) - count < SlackMax ? leaf : Move(heap, leaf, CapacityFor(count + 2));
    }

    internal static void Insert(byte* leaf, int at, double score, byte* element)
    {
        int count = Count(leaf);
        double* scores = Scores(leaf);
        byte** elements = Elements(leaf);
        long moved = 8L * (count - at);
        Buffer.MemoryCopy(scores + at, scores + at + 1, moved, moved);
        Buffer.MemoryCopy(elements + at, elements + at + 1, moved, moved);
        scores[at] = score;
        elements[at] = element;
        SetCount(leaf, count + 1);
    }

    internal static void Remove(byte* leaf, int at)
    {
        int count = Count(leaf) - 1;
        double* scores = Scores(leaf);
        byte** elements = Elements(leaf);
        long moved = 8L * (count - at);
        Buffer.MemoryCopy(scores + at + 1, scores + at, moved, moved);
        Buffer.MemoryCopy(elements + at + 1, elements + at, moved, moved);
        SetCount(leaf, count);
    }

    /// <summary>Takes an element from one place to another within a leaf and gives it another score.</summary>
    internal static void Shift(byte* leaf, int from, int to, double score)
    {
        double* scores = Scores(leaf);
        byte** elements = Elements(leaf);
        byte* element = elements[from];
        int source = from < to ? from + 1 : to;
        int target = from < to ? from : to + 1;
        long moved = 8L * Math.Abs(to - from);
        Buffer.MemoryCopy(scores + source, scores + target, moved, moved);
        Buffer.MemoryCopy(elements + source, elements + target, moved, moved);
        scores[to] = score;
        elements[to] = element;
    }

    /// <summary>Copies elements to the place <paramref name="at"/> of another leaf; counts stay as they are.</summary>
    internal static void Copy(byte* from, int first, byte* to, int at, int count)
    {
        long bytes = 8L * count;
        Buffer.MemoryCopy(Scores(from) + first, Scores(to) + at, bytes, bytes);
        Buffer.MemoryCopy(Elements(from) + first, Elements(to) + at, bytes, bytes);
    }

    /// <summary>Opens room in front of the first element; the count stays as it is.</summary>
    internal static void OpenFront(byte* leaf, int room)
    {
        long bytes = 8L * Count(leaf);
        Buffer.MemoryCopy(Scores(leaf), Scores(leaf) + room, bytes, bytes);
        Buffer.MemoryCopy(Elements(leaf), Elements(leaf) + room, bytes, bytes);
    }

    /// <summary>Removes the first elements.</summary>
    internal static void CloseFront(byte* leaf, int removed)
    {
        int count = Count(leaf) - removed;
        long bytes = 8L * count;
        Buffer.MemoryCopy(Scores(leaf) + removed, Scores(leaf), bytes, bytes);
        Buffer.MemoryCopy(Elements(leaf) + removed, Elements(leaf), bytes, bytes);
        SetCount(leaf, count);
    }

    private static byte* Move(ShardHeap heap, byte* leaf, int capacity)
    {
        int old = Capacity(leaf);
        if (old == capacity) return leaf;
        byte* moved = heap.AllocateStructure(BytesOf(capacity));
        *(ulong*)moved = ((ulong)capacity << 16) | (uint)Count(leaf);
        Copy(leaf, 0, moved, 0, Count(leaf));
        heap.FreeStructure(leaf, BytesOf(old));
        return moved;
    }

    private static int CapacityFor(int count) => Math.Min(MaxCount, FirstCapacity + ((count) / Step * Step));

    private static int BytesOf(int capacity) => HeaderBytes + (16 * capacity);
}
