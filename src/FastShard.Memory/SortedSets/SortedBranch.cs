using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// A branch: up to 63 children in order, each with its smallest element (score and address) and the number of elements
/// below it.
/// <code>
///   | children, 2 | capacity, 2 | - | score, 8 * capacity | element, 8 * | child, 8 * | count, 4 * |
/// </code>
/// </summary>
internal static unsafe class SortedBranch
{
    internal const int MaxChildren = 63;

    private const int HeaderBytes = 8;
    private const int FirstCapacity = 7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Children(byte* branch) => *(ushort*)branch;

    internal static void SetChildren(byte* branch, int children) => *(ushort*)branch = (ushort)children;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Capacity(byte* branch) => *(ushort*)(branch + 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double* Scores(byte* branch) => (double*)(branch + HeaderBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte** Elements(byte* branch) => (byte**)(branch + HeaderBytes + (8 * Capacity(branch)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte** Nodes(byte* branch) => (byte**)(branch + HeaderBytes + (16 * Capacity(branch)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint* Counts(byte* branch) => (uint*)(branch + HeaderBytes + (24 * Capacity(branch)));

    /// <summary>An empty branch. OWNER: the tree.</summary>
    internal static byte* Create(ShardHeap heap, int children)
    {
        int capacity = CapacityFor(children);
        byte* branch = heap.AllocateStructure(BytesOf(capacity));
        *(ulong*)branch = (ulong)capacity << 16;
        return branch;
    }

    internal static void Free(ShardHeap heap, byte* branch) =>
        heap.FreeStructure(branch, BytesOf(Capacity(branch)));

    /// <summary>Room for so many children; returns the branch, which may have moved.</summary>
    internal static byte* Reserve(ShardHeap heap, byte* branch, int children)
    {
        if (children <= Capacity(branch)) return branch;
        byte* moved = Create(heap, children);
        SetChildren(moved, Children(branch));
        Copy(branch, 0, moved, 0, Children(branch));
        Free(heap, branch);
        return moved;
    }

    /// <summary>Elements below all children.</summary>
    internal static long Sum(byte* branch) => SumTo(branch, Children(branch));

    /// <summary>Elements below the first children.</summary>
    internal static long SumTo(byte* branch, int end)
    {
        uint* counts = Counts(branch);
        long sum = 0;
        for (int index = 0; index < end; index++) sum += counts[index];
        return sum;
    }

    internal static void Set(byte* branch, int at, byte* node, double score, byte* element, long count)
    {
        Scores(branch)[at] = score;
        Elements(branch)[at] = element;
        Nodes(branch)[at] = node;
        Counts(branch)[at] = (uint)count;
    }

    internal static void Open(byte* branch, int at)
    {
        int children = Children(branch);
        Copy(branch, at, branch, at + 1, children - at);
        SetChildren(branch, children + 1);
    }

    internal static void Remove(byte* branch, int at)
    {
        int children = Children(branch) - 1;
        Copy(branch, at + 1, branch, at, children - at);
        SetChildren(branch, children);
    }

    /// <summary>Copies children to a place, also within one branch; the numbers of children stay as they are.</summary>
    internal static void Copy(byte* from, int first, byte* to, int at, int count)
    {
        long bytes = 8L * count;
        Buffer.MemoryCopy(Scores(from) + first, Scores(to) + at, bytes, bytes);
        Buffer.MemoryCopy(Elements(from) + first, Elements(to) + at, bytes, bytes);
        Buffer.MemoryCopy(Nodes(from) + first, Nodes(to) + at, bytes, bytes);
        Buffer.MemoryCopy(Counts(from) + first, Counts(to) + at, bytes / 2, bytes / 2);
    }

    private static int CapacityFor(int children)
    {
        int capacity = FirstCapacity;
        while (capacity < children) capacity = (capacity * 2) + 1;
        return capacity;
    }

    private static int BytesOf(int capacity) => HeaderBytes + (28 * capacity);
}
