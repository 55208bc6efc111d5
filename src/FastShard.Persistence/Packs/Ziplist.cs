using System.Buffers.Binary;

namespace FastShard.Persistence.Packs;

/// <summary>
/// What packs were before listpacks: read here, and never written.
/// <code>
///   | bytes in all, 4 | offset of the last entry, 4 | entries, 2 (65535 = count them) | entry ... | 255 |
///   entry: | length of the entry before: 1 byte, or 254 and 4 bytes | encoding | data |
///     00pppppp             text up to 63 bytes         11000000 + 2   16-bit integer (1101: 32, 1110: 64 bits)
///     01pppppp + 1         text up to 16383 bytes      11110000 + 3   24-bit integer
///     10000000 + 4         longer text                 11111110 + 1   8-bit integer
///                                                      1111xxxx       x - 1, from 0 to 12
/// </code>
/// </summary>
internal static class Ziplist
{
    private const int HeaderBytes = 10;
    private const byte End = 255;
    private const byte LongPrevious = 254;

    /// <summary>Appends all elements to a pack; false for bytes that are no ziplist.</summary>
    public static bool TryRead(ReadOnlySpan<byte> list, ref PackBuilder pack)
    {
        if (list.Length < HeaderBytes + 1 || BinaryPrimitives.ReadUInt32LittleEndian(list) != list.Length) return false;
        if (list[^1] != End) return false;
        ReadOnlySpan<byte> entries = list[..^1];
        int at = HeaderBytes;
        int previous = 0;
        int last = HeaderBytes;
        int count = 0;
        while (at < entries.Length)
        {
            last = at;
            if (!TryPrevious(entries, ref at, previous) || !TryElement(entries, ref at, ref pack)) return false;
            previous = at - last;
            count++;
        }
        int told = BinaryPrimitives.ReadUInt16LittleEndian(list[8..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(list[4..]) == last
            && (told == count || told == ushort.MaxValue);
    }

    private static bool TryPrevious(ReadOnlySpan<byte> entries, ref int at, int previous)
    {
        if (entries[at] < LongPrevious) return entries[at++] == previous;
        if (entries[at] != LongPrevious || entries.Length - at < 5) return false;
        uint told = BinaryPrimitives.ReadUInt32LittleEndian(entries[(at + 1)..]);
        at += 5;
        return told == previous;
    }

    private static bool TryElement(ReadOnlySpan<byte> entries, ref int at, ref PackBuilder pack)
    {
        if (at >= entries.Length) return false;
        byte encoding = entries[at++];
        ReadOnlySpan<byte> data = entries[at..];
        switch (encoding >> 6)
        {
            case 0:
                return TryText(data, ref at, 0, encoding, ref pack);
            case 1:
                return data.Length >= 1 && TryText(data, ref at, 1, ((encoding & 63u) << 8) | data[0], ref pack);
            case 2:
                return encoding == 0x80 && data.Length >= 4
                    && TryText(data, ref at, 4, BinaryPrimitives.ReadUInt32BigEndian(data), ref pack);
        }
        if (!TryInteger(encoding, data, out long integer, out int bytes)) return false;
        at += bytes;
        pack.Append(integer);
        return true;
    }

    private static bool TryText(ReadOnlySpan<byte> data, ref int at, int head, uint length, ref PackBuilder pack)
    {
        if (length > (uint)(data.Length - head)) return false;
        pack.Append(data.Slice(head, (int)length));
        at += head + (int)length;
        return true;
    }

    private static bool TryInteger(byte encoding, ReadOnlySpan<byte> data, out long integer, out int bytes)
    {
        integer = 0;
        bytes = encoding switch { 0xC0 => 2, 0xD0 => 4, 0xE0 => 8, 0xF0 => 3, 0xFE => 1, _ => 0 };
        if (data.Length < bytes) return false;
        switch (encoding)
        {
            case 0xC0: integer = BinaryPrimitives.ReadInt16LittleEndian(data); return true;
            case 0xD0: integer = BinaryPrimitives.ReadInt32LittleEndian(data); return true;
            case 0xE0: integer = BinaryPrimitives.ReadInt64LittleEndian(data); return true;
            case 0xF0: integer = (data[0] << 8 | data[1] << 16 | data[2] << 24) >> 8; return true;
            case 0xFE: integer = (sbyte)data[0]; return true;
        }
        integer = (encoding & 15) - 1;
        return encoding is > 0xF0 and < 0xFE;
    }
}
