using System.Buffers.Binary;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Redis's listpack: elements packed one after the other, walked in both directions. The bytes are those of RDB files
/// and DUMP, so that neither converts anything.
/// <code>
///   | bytes in all, 4 | elements, 2 (65535 = count them) | element ... | 255 |
///   element: | encoding and data | length of that in 7-bit groups, to be read backwards |
///     0xxxxxxx            7-bit integer            11110001 + 2 bytes   16-bit integer
///     110xxxxx + 1 byte   13-bit integer           11110010, 0011, 0100  24, 32, 64-bit integer
///     10xxxxxx            text up to 63 bytes      11110000 + 4 bytes   text up to 4 GB
///     1110xxxx + 1 byte   text up to 4095 bytes
/// </code>
/// Everything here works on a span that is exactly the pack, or (Splice) on one with room behind it. An element's place
/// is its offset; places behind a change move. Malformed bytes from outside go through <see cref="ListpackCheck"/>
/// first.
/// </summary>
public static class Listpack
{
    /// <summary>Offset of the first element (or of the end mark).</summary>
    public const int First = 6;

    /// <summary>Bytes of a pack without elements.</summary>
    public const int EmptyBytes = 7;

    /// <summary>Room for the digits of any integer.</summary>
    public const int ScratchBytes = 20;

    internal const byte End = 255;
    internal const int UnknownCount = ushort.MaxValue;

    private const int CountOffset = 4;

    /// <summary>Writes a pack without elements; needs <see cref="EmptyBytes"/>.</summary>
    public static void WriteEmpty(Span<byte> pack)
    {
        BinaryPrimitives.WriteInt32LittleEndian(pack, EmptyBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(pack[CountOffset..], 0);
        pack[First] = End;
    }

    /// <summary>Bytes of the whole pack, as its header says.</summary>
    public static int TotalBytes(ReadOnlySpan<byte> pack) => BinaryPrimitives.ReadInt32LittleEndian(pack);

    /// <summary>Number of elements: from the header, or by a walk where there are 65535 or more.</summary>
    public static int Count(ReadOnlySpan<byte> pack)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(pack[CountOffset..]);
        if (count != UnknownCount) return count;
        count = 0;
        for (int at = First; !IsEnd(pack, at); at = Next(pack, at)) count++;
        return count;
    }

    /// <summary>Whether the place is behind the last element.</summary>
    public static bool IsEnd(ReadOnlySpan<byte> pack, int at) => pack[at] == End;

    /// <summary>The end mark's place: where an element is put that comes last.</summary>
    public static int EndOf(ReadOnlySpan<byte> pack) => TotalBytes(pack) - 1;

    /// <summary>The place behind an element.</summary>
    public static int Next(ReadOnlySpan<byte> pack, int at)
    {
        int data = DataBytes(pack, at);
        return at + data + BackLengthBytes(data);
    }

    /// <summary>The place of the element before a place; -1 if that was the first.</summary>
    public static int Previous(ReadOnlySpan<byte> pack, int at)
    {
        if (at <= First) return -1;
        int data = 0;
        int shift = 0;
        int back = at - 1;
        while (true)
        {
            byte group = pack[back];
            data |= (group & 127) << shift;
            if ((group & 128) == 0) break;
            shift += 7;
            back--;
        }
        return back - data;
    }

    /// <summary>The place of the last element; -1 if there is none.</summary>
    public static int Last(ReadOnlySpan<byte> pack) => Previous(pack, EndOf(pack));

    /// <summary>The place of an element by its index, from the end if negative; -1 if there is none.</summary>
    public static int Seek(ReadOnlySpan<byte> pack, int index)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(pack[CountOffset..]);
        if (count != UnknownCount)
        {
            if (index >= count || index < -count) return -1;
            // From the nearer end.
            if (index >= 0 && index > count / 2) index -= count;
            else if (index < 0 && -index > count / 2) index += count;
        }
        if (index < 0)
        {
            int at = EndOf(pack);
            for (; index < 0 && at >= 0; index++) at = Previous(pack, at);
            return at;
        }
        int place = First;
        for (; index > 0 && !IsEnd(pack, place); index--) place = Next(pack, place);
        return IsEnd(pack, place) ? -1 : place;
    }

    /// <summary>The element at a place.</summary>
    public static PackElement Get(ReadOnlySpan<byte> pack, int at)
    {
        byte lead = pack[at];
        if (lead < 0x80) return new PackElement((long)lead);
        if (lead < 0xC0) return new PackElement(pack.Slice(at + 1, lead & 63));
        if (lead < 0xE0) return new PackElement((long)((((lead & 31) << 8) | pack[at + 1]) << 19 >> 19));
        if (lead < 0xF0) return new PackElement(pack.Slice(at + 2, ((lead & 15) << 8) | pack[at + 1]));
        ReadOnlySpan<byte> data = pack[(at + 1)..];
        return lead switch
        {
            0xF0 => new PackElement(data.Slice(4, BinaryPrimitives.ReadInt32LittleEndian(data))),
            0xF1 => new PackElement((long)BinaryPrimitives.ReadInt16LittleEndian(data)),
            0xF2 => new PackElement((long)((data[0] << 8 | data[1] << 16 | data[2] << 24) >> 8)),
            0xF3 => new PackElement((long)BinaryPrimitives.ReadInt32LittleEndian(data)),
            _ => new PackElement(BinaryPrimitives.ReadInt64LittleEndian(data)),
        };
    }

    /// <summary>
    /// The first element from a place on that is these bytes, passing <paramref name="skip"/> elements after each that
    /// is not (1 for packs of pairs); -1 if there is none.
    /// </summary>
    public static int Find(ReadOnlySpan<byte> pack, int at, ReadOnlySpan<byte> bytes, int skip)
    {
        bool isInteger = TryInteger(bytes, out long integer);
        while (!IsEnd(pack, at))
        {
            if (Get(pack, at).Is(bytes, isInteger, integer)) return at;
            at = Next(pack, at);
            for (int passed = 0; passed < skip && !IsEnd(pack, at); passed++) at = Next(pack, at);
        }
        return -1;
    }

    /// <summary>Whether bytes are kept as an integer: the canonical digits of one.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> bytes, out long integer)
    {
        integer = 0;
        if (bytes.IsEmpty || bytes.Length > ScratchBytes) return false;
        bool isNegative = bytes[0] == '-';
        ReadOnlySpan<byte> digits = isNegative ? bytes[1..] : bytes;
        if (digits.IsEmpty || (uint)(digits[0] - '0') > 9) return false;
        if (digits[0] == '0') return bytes.Length == 1;
        ulong value = 0;
        foreach (byte digit in digits)
        {
            uint number = (uint)(digit - '0');
            if (number > 9 || value > (ulong.MaxValue - number) / 10) return false;
            value = (value * 10) + number;
        }
        if (value > (ulong)long.MaxValue + (isNegative ? 1UL : 0)) return false;
        integer = isNegative ? -(long)(value - 1) - 1 : (long)value;
        return true;
    }

    /// <summary>Bytes that an element takes in a pack.</summary>
    public static int EncodedBytes(ReadOnlySpan<byte> element)
    {
        int data = TryInteger(element, out long integer) ? IntegerBytes(integer) : TextBytes(element.Length);
        return data + BackLengthBytes(data);
    }

    /// <summary>Bytes that an integer takes in a pack.</summary>
    public static int EncodedBytes(long integer)
    {
        int data = IntegerBytes(integer);
        return data + BackLengthBytes(data);
    }

    /// <summary>Writes an element; returns its bytes. For a place that <see cref="Splice"/> has opened.</summary>
    public static int Encode(Span<byte> target, ReadOnlySpan<byte> element)
    {
        if (TryInteger(element, out long integer)) return Encode(target, integer);
        int length = element.Length;
        int data = TextBytes(length);
        if (length < 64)
        {
            target[0] = (byte)(0x80 | length);
        }
        else if (length < 4096)
        {
            target[0] = (byte)(0xE0 | (length >> 8));
            target[1] = (byte)length;
        }
        else
        {
            target[0] = 0xF0;
            BinaryPrimitives.WriteInt32LittleEndian(target[1..], length);
        }
        element.CopyTo(target[(data - length)..]);
        return data + WriteBackLength(target[data..], data);
    }

    /// <summary>Writes an integer; returns its bytes.</summary>
    public static int Encode(Span<byte> target, long integer)
    {
        int data = IntegerBytes(integer);
        switch (data)
        {
            case 1:
                target[0] = (byte)integer;
                break;
            case 2:
                target[0] = (byte)(0xC0 | ((integer >> 8) & 31));
                target[1] = (byte)integer;
                break;
            default:
                target[0] = data switch { 3 => 0xF1, 4 => 0xF2, 5 => 0xF3, _ => 0xF4 };
                for (int index = 1; index < data; index++, integer >>= 8) target[index] = (byte)integer;
                break;
        }
        return data + WriteBackLength(target[data..], data);
    }

    /// <summary>
    /// Takes <paramref name="removed"/> bytes (whole elements) out at a place and opens <paramref name="inserted"/>
    /// bytes there, to be filled by Encode. <paramref name="room"/> holds the pack and room for what it grows by; the
    /// elements change in number by <paramref name="elements"/>. Returns the new total.
    /// </summary>
    public static int Splice(Span<byte> room, int at, int removed, int inserted, int elements)
    {
        int total = TotalBytes(room);
        int changed = total - removed + inserted;
        Invariant.Slow(at >= First && at + removed < total && changed <= room.Length);
        if (removed != inserted) room[(at + removed)..total].CopyTo(room[(at + inserted)..]);
        BinaryPrimitives.WriteInt32LittleEndian(room, changed);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(room[CountOffset..]);
        if (count == UnknownCount)
        {
            // Too many to be told before; the header says so until somebody counts again (as Redis leaves it).
            return changed;
        }
        count = Math.Min(count + elements, UnknownCount);
        BinaryPrimitives.WriteUInt16LittleEndian(room[CountOffset..], (ushort)count);
        return changed;
    }

    /// <summary>Bytes of an element's encoding and data at a place, without the length at its end.</summary>
    internal static int DataBytes(ReadOnlySpan<byte> pack, int at)
    {
        byte lead = pack[at];
        if (lead < 0x80) return 1;
        if (lead < 0xC0) return 1 + (lead & 63);
        if (lead < 0xE0) return 2;
        if (lead < 0xF0) return 2 + (((lead & 15) << 8) | pack[at + 1]);
        return lead switch
        {
            0xF0 => 5 + BinaryPrimitives.ReadInt32LittleEndian(pack[(at + 1)..]),
            0xF1 => 3,
            0xF2 => 4,
            0xF3 => 5,
            0xF4 => 9,
            _ => 0,
        };
    }

    internal static int BackLengthBytes(int data) => data switch
    {
        < 128 => 1,
        < 16384 => 2,
        < 2097152 => 3,
        < 268435456 => 4,
        _ => 5,
    };

    private static int IntegerBytes(long integer) => integer switch
    {
        >= 0 and < 128 => 1,
        >= -4096 and < 4096 => 2,
        >= short.MinValue and <= short.MaxValue => 3,
        >= -8388608 and <= 8388607 => 4,
        >= int.MinValue and <= int.MaxValue => 5,
        _ => 9,
    };

    private static int TextBytes(int length) => length + (length < 64 ? 1 : length < 4096 ? 2 : 5);

    /// <summary>The length in groups of 7 bits, the highest first; all but the first have their high bit set.</summary>
    private static int WriteBackLength(Span<byte> target, int data)
    {
        int bytes = BackLengthBytes(data);
        for (int index = bytes - 1; index >= 0; index--, data >>= 7)
            target[index] = (byte)((data & 127) | (index == 0 ? 0 : 128));
        return bytes;
    }
}
