using System.Buffers.Text;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>The cursor of a scan inside a collection: a number that is read as C's strtoul does.</summary>
internal static class ScanNumber
{
    /// <summary>Room that <see cref="FormatBulk"/> needs.</summary>
    public const int BulkBytesMax = 32;

    /// <summary>Reads a cursor: nothing at all is 0, a sign may stand in front.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong cursor)
    {
        cursor = 0;
        if (text.IsEmpty) return true;
        bool isNegative = text[0] == '-';
        if (isNegative || text[0] == '+') text = text[1..];
        if (text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        if (!Utf8Parser.TryParse(text, out cursor, out _)) return false;
        if (isNegative) cursor = 0 - cursor;
        return true;
    }

    /// <summary>The cursor as a bulk string reply.</summary>
    public static ReadOnlySpan<byte> FormatBulk(ulong cursor, Span<byte> target)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        digits = digits[..Numbers.FormatInt64((long)cursor, digits)];
        target[0] = (byte)'$';
        int length = 1 + Numbers.FormatInt64(digits.Length, target[1..]);
        "\r\n"u8.CopyTo(target[length..]);
        digits.CopyTo(target[(length + 2)..]);
        length += 2 + digits.Length;
        "\r\n"u8.CopyTo(target[length..]);
        return target[..(length + 2)];
    }
}
