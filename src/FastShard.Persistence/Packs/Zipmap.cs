using System.Buffers.Binary;

namespace FastShard.Persistence.Packs;

/// <summary>
/// Small hashes of Redis before 2.6: read here, and never written.
/// <code>
///   | fields, 1 (254 = count them) | field's length | field | value's length | unused, 1 | value | unused ... | 255 |
/// </code>
/// A length is one byte, or 254 and 4 bytes.
/// </summary>
internal static class Zipmap
{
    private const byte End = 255;
    private const byte Long = 254;

    /// <summary>Appends fields and values in turn to a pack; false for bytes that are no zipmap.</summary>
    public static bool TryRead(ReadOnlySpan<byte> map, ref PackBuilder pack)
    {
        if (map.Length < 2 || map[^1] != End) return false;
        ReadOnlySpan<byte> entries = map[..^1];
        int at = 1;
        int count = 0;
        while (at < entries.Length)
        {
            if (!TryLength(entries, ref at, out uint field) || field > (uint)(entries.Length - at)) return false;
            pack.Append(entries.Slice(at, (int)field));
            at += (int)field;
            if (!TryLength(entries, ref at, out uint value) || at >= entries.Length) return false;
            int unused = entries[at++];
            if (value > (uint)(entries.Length - at)) return false;
            pack.Append(entries.Slice(at, (int)value));
            at += (int)value;
            if (unused > entries.Length - at) return false;
            at += unused;
            count++;
        }
        return map[0] >= Long || map[0] == count;
    }

    private static bool TryLength(ReadOnlySpan<byte> entries, ref int at, out uint length)
    {
        length = 0;
        if (at >= entries.Length) return false;
        length = entries[at++];
        if (length < Long) return true;
        if (length != Long || entries.Length - at < sizeof(uint)) return false;
        length = BinaryPrimitives.ReadUInt32LittleEndian(entries[at..]);
        at += sizeof(uint);
        return true;
    }
}
