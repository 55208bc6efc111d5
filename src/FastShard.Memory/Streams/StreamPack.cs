using System.Buffers.Binary;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// What Redis keeps a stream's entries in: a listpack that begins with a master entry and goes on with the entries,
/// whose ids are differences from the node's, and which leave their fields out where they are the master's.
/// <code>
///   master:  live | deleted | fields N | field ... field | 0
///   entry:   flags | milliseconds | sequence | [N | field | value ...] or [value ...] | elements before this one
/// </code>
/// Deleted entries stay where they are, flagged, until the whole node goes.
/// </summary>
internal static class StreamPack
{
    internal const int DeletedFlag = 1;
    internal const int SameFieldsFlag = 2;

    /// <summary>No node and no entry is longer, whatever the limits.</summary>
    internal const long MaxBytes = 1 << 30;

    // An element takes at most 5 bytes of head and 5 of length besides its text.
    private const int ElementOverhead = 10;
    private const int IntegerBound = 11;

    /// <summary>An integer element's value.</summary>
    internal static long Integer(ReadOnlySpan<byte> pack, int at) =>
        pack[at] < 0x80 ? pack[at] : Listpack.Get(pack, at).Integer;

    /// <summary>Live entries.</summary>
    internal static long Live(ReadOnlySpan<byte> pack) => Integer(pack, Listpack.First);

    /// <summary>Deleted entries that still take room.</summary>
    internal static long Deleted(ReadOnlySpan<byte> pack) =>
        Integer(pack, Listpack.Next(pack, Listpack.First));

    /// <summary>Entries of either kind.</summary>
    internal static long Entries(ReadOnlySpan<byte> pack) =>
        HasShortCounts(pack) ? pack[Listpack.First] + pack[Listpack.First + 2] : Live(pack) + Deleted(pack);

    /// <summary>Where the number of the master's fields stands.</summary>
    internal static int FieldCountAt(ReadOnlySpan<byte> pack) => HasShortCounts(pack)
        ? Listpack.First + 4
        : Listpack.Next(pack, Listpack.Next(pack, Listpack.First));

    /// <summary>Where the first entry is.</summary>
    internal static int FirstEntry(ReadOnlySpan<byte> pack)
    {
        int at = FieldCountAt(pack);
        long fields = Integer(pack, at);
        at = Listpack.Next(pack, at);
        for (; fields > 0; fields--) at = Listpack.Next(pack, at);
        return Listpack.Next(pack, at);
    }

    /// <summary>Whether an entry with these fields can leave them out.</summary>
    internal static bool HasFields<TFields>(ReadOnlySpan<byte> pack, in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int at = FieldCountAt(pack);
        if (Integer(pack, at) != fields.Count) return false;
        for (int index = 0; index < fields.Count; index++)
        {
            at = Listpack.Next(pack, at);
            PackElement element = Listpack.Get(pack, at);
            ReadOnlySpan<byte> field = fields.Field(index);
            if (!element.IsInteger)
            {
                if (!element.Text.SequenceEqual(field)) return false;
            }
            else if (!Listpack.TryInteger(field, out long integer) || integer != element.Integer)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Bytes that a master entry or an entry of such fields takes at most.</summary>
    internal static long Bound(long textBytes, int fields) =>
        textBytes + (2L * ElementOverhead * fields) + (6 * IntegerBound);

    /// <summary>Writes a pack with a master entry and no entries yet; returns its bytes.</summary>
    internal static int Begin<TFields>(Span<byte> room, in TFields fields)
        where TFields : IStreamFields, allows ref struct
    {
        int at = Listpack.First;
        at += Listpack.Encode(room[at..], 0);
        at += Listpack.Encode(room[at..], 0);
        at += Listpack.Encode(room[at..], fields.Count);
        for (int index = 0; index < fields.Count; index++) at += Listpack.Encode(room[at..], fields.Field(index));
        at += Listpack.Encode(room[at..], 0);
        Seal(room, at, fields.Count + 4, 0);
        return at + 1;
    }

    /// <summary>Adds an entry behind the last; there is room for it.</summary>
    internal static void Append<TFields>(
        Span<byte> room, StreamId master, StreamId id, in TFields fields, bool hasSameFields)
        where TFields : IStreamFields, allows ref struct
    {
        AddTo(room, Listpack.First, 1);
        int at = Listpack.TotalBytes(room) - 1;
        int count = fields.Count;
        at = Put(room, at, hasSameFields ? SameFieldsFlag : 0);
        at = Put(room, at, (long)(id.Millis - master.Millis));
        at = Put(room, at, (long)(id.Sequence - master.Sequence));
        if (!hasSameFields) at = Put(room, at, count);
        for (int index = 0; index < count; index++)
        {
            if (!hasSameFields) at += Listpack.Encode(room[at..], fields.Field(index));
            at += Listpack.Encode(room[at..], fields.Value(index));
        }
        int elements = hasSameFields ? count + 3 : (2 * count) + 4;
        at = Put(room, at, elements);
        Seal(room, at, elements + 1, BinaryPrimitives.ReadUInt16LittleEndian(room[4..]));
    }

    /// <summary>
    /// Flags an entry as deleted and counts it so; there is room for the counts to grow by two bytes each.
    /// </summary>
    internal static void Delete(Span<byte> room, int entry)
    {
        long flags = Integer(room, entry);
        Invariant.Slow((flags & DeletedFlag) == 0);
        SetInteger(room, entry, flags | DeletedFlag);
        AddTo(room, Listpack.Next(room, Listpack.First), 1);
        AddTo(room, Listpack.First, -1);
    }

    /// <summary>Both counts are one byte, and one of length: nodes of the usual size.</summary>
    private static bool HasShortCounts(ReadOnlySpan<byte> pack) =>
        pack[Listpack.First] < 0x80 && pack[Listpack.First + 2] < 0x80;

    /// <summary>Writes an integer, mostly a small one; returns the place behind it.</summary>
    private static int Put(Span<byte> room, int at, long value)
    {
        if ((ulong)value >= 0x80) return at + Listpack.Encode(room[at..], value);
        room[at] = (byte)value;
        room[at + 1] = 1;
        return at + 2;
    }

    private static void AddTo(Span<byte> room, int at, int delta) => SetInteger(room, at, Integer(room, at) + delta);

    private static void SetInteger(Span<byte> room, int at, long value)
    {
        if ((ulong)value < 0x80 && room[at] < 0x80)
        {
            room[at] = (byte)value;
            return;
        }
        int before = Listpack.Next(room, at) - at;
        int after = Listpack.EncodedBytes(value);
        if (before != after) Listpack.Splice(room, at, before, after, 0);
        Listpack.Encode(room[at..], value);
    }

    private static void Seal(Span<byte> room, int end, int added, int before)
    {
        room[end] = Listpack.End;
        BinaryPrimitives.WriteInt32LittleEndian(room, end + 1);
        int count = before == Listpack.UnknownCount ? before : Math.Min(before + added, Listpack.UnknownCount);
        BinaryPrimitives.WriteUInt16LittleEndian(room[4..], (ushort)count);
    }
}
