using System.Buffers.Binary;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Redis's set of integers: sorted, all of one width, which is the least that the widest needs. The bytes are those of
/// RDB files and DUMP.
/// <code>
///   | width: 2, 4 or 8, 4 bytes | members, 4 bytes | member ... |
/// </code>
/// Everything here works on a span that is exactly the set, or (Insert) on one with room behind it.
/// </summary>
public static class IntSet
{
    /// <summary>Bytes of a set without members.</summary>
    public const int EmptyBytes = 8;

    private const int CountOffset = 4;

    /// <summary>Writes a set without members; needs <see cref="EmptyBytes"/>.</summary>
    public static void WriteEmpty(Span<byte> set)
    {
        BinaryPrimitives.WriteInt32LittleEndian(set, sizeof(short));
        BinaryPrimitives.WriteInt32LittleEndian(set[CountOffset..], 0);
    }

    /// <summary>Members.</summary>
    public static int Count(ReadOnlySpan<byte> set) => BinaryPrimitives.ReadInt32LittleEndian(set[CountOffset..]);

    /// <summary>A member by its rank.</summary>
    public static long Get(ReadOnlySpan<byte> set, int rank)
    {
        int width = Width(set);
        ReadOnlySpan<byte> at = set[(EmptyBytes + (rank * width))..];
        return width switch
        {
            sizeof(short) => BinaryPrimitives.ReadInt16LittleEndian(at),
            sizeof(int) => BinaryPrimitives.ReadInt32LittleEndian(at),
            _ => BinaryPrimitives.ReadInt64LittleEndian(at),
        };
    }

    /// <summary>Finds a member; where it is missing, the rank that it would have.</summary>
    public static bool TryFind(ReadOnlySpan<byte> set, long member, out int rank)
    {
        int high = Count(set);
        rank = 0;
        if (high == 0) return false;
        // Growing sets mostly grow at their end.
        if (member > Get(set, high - 1))
        {
            rank = high;
            return false;
        }
        while (rank < high)
        {
            int middle = (rank + high) >>> 1;
            if (Get(set, middle) < member) rank = middle + 1;
            else high = middle;
        }
        return Get(set, rank) == member;
    }

    /// <summary>Bytes of the set after a member is added.</summary>
    public static int BytesWith(ReadOnlySpan<byte> set, long member) =>
        EmptyBytes + ((Count(set) + 1) * Math.Max(Width(set), WidthOf(member)));

    /// <summary>
    /// Adds a missing member at its rank. <paramref name="room"/> holds the set and what <see cref="BytesWith"/> says.
    /// </summary>
    public static void Insert(Span<byte> room, int rank, long member)
    {
        int count = Count(room);
        int width = Width(room);
        if (WidthOf(member) > width)
        {
            // One that needs a larger width is smaller or larger than all others.
            Widen(room, count, width, WidthOf(member), member < 0 ? 1 : 0);
            width = WidthOf(member);
            rank = member < 0 ? 0 : count;
        }
        else
        {
            int from = EmptyBytes + (rank * width);
            room[from..(EmptyBytes + (count * width))].CopyTo(room[(from + width)..]);
        }
        Put(room, rank, width, member);
        BinaryPrimitives.WriteInt32LittleEndian(room[CountOffset..], count + 1);
    }

    internal static void Fill(Span<byte> set, int width, ReadOnlySpan<long> sorted)
    {
        BinaryPrimitives.WriteInt32LittleEndian(set, width);
        BinaryPrimitives.WriteInt32LittleEndian(set[CountOffset..], sorted.Length);
        for (int rank = 0; rank < sorted.Length; rank++) Put(set, rank, width, sorted[rank]);
    }

    /// <summary>Removes a member; the set then is shorter by its width, which is returned.</summary>
    public static int Remove(Span<byte> set, int rank)
    {
        int count = Count(set);
        int width = Width(set);
        int at = EmptyBytes + (rank * width);
        set[(at + width)..(EmptyBytes + (count * width))].CopyTo(set[at..]);
        BinaryPrimitives.WriteInt32LittleEndian(set[CountOffset..], count - 1);
        return width;
    }

    /// <summary>Whether bytes from outside are a set: of their length, sorted, without repetition.</summary>
    public static bool IsValid(ReadOnlySpan<byte> set)
    {
        if (set.Length < EmptyBytes) return false;
        int width = Width(set);
        if (width is not (sizeof(short) or sizeof(int) or sizeof(long))) return false;
        long count = BinaryPrimitives.ReadUInt32LittleEndian(set[CountOffset..]);
        if (count == 0 || EmptyBytes + (count * width) != set.Length) return false;
        for (int rank = 1; rank < count; rank++)
        {
            if (Get(set, rank - 1) >= Get(set, rank)) return false;
        }
        return true;
    }

    private static int Width(ReadOnlySpan<byte> set) => BinaryPrimitives.ReadInt32LittleEndian(set);

    internal static int WidthOf(long member) => member switch
    {
        >= short.MinValue and <= short.MaxValue => sizeof(short),
        >= int.MinValue and <= int.MaxValue => sizeof(int),
        _ => sizeof(long),
    };

    private static void Widen(Span<byte> room, int count, int width, int newWidth, int shift)
    {
        Invariant.Slow(newWidth > width);
        // From the end, so that nothing is overwritten that is still to be read.
        for (int rank = count - 1; rank >= 0; rank--) Put(room, rank + shift, newWidth, Get(room, rank));
        BinaryPrimitives.WriteInt32LittleEndian(room, newWidth);
    }

    private static void Put(Span<byte> set, int rank, int width, long member)
    {
        Span<byte> at = set[(EmptyBytes + (rank * width))..];
        if (width == sizeof(short)) BinaryPrimitives.WriteInt16LittleEndian(at, (short)member);
        else if (width == sizeof(int)) BinaryPrimitives.WriteInt32LittleEndian(at, (int)member);
        else BinaryPrimitives.WriteInt64LittleEndian(at, member);
    }
}
