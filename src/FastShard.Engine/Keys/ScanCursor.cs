using System.Buffers.Text;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Keys;

/// <summary>
/// Where a SCAN goes on: a slot, and a place in the order of hashes inside it. As a number it is the slot times 2^32
/// plus the place: below 2^46, so clients that keep numbers as doubles keep it exactly, and rising during a walk.
/// The beginning and the end are both 0.
/// </summary>
public readonly record struct ScanCursor(int Slot, uint Position)
{
    /// <summary>Room that <see cref="FormatBulk"/> needs.</summary>
    public const int BulkBytesMax = 32;

    private const int PositionBits = 32;

    /// <summary>The cursor as clients see it.</summary>
    public long Value => Slot >= KeySlot.Count ? 0 : ((long)Slot << PositionBits) | Position;

    /// <summary>
    /// Reads a cursor as C's strtoul does: nothing at all is 0, a sign may stand in front. One that no walk gave out is
    /// behind the end.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ScanCursor cursor)
    {
        cursor = default;
        if (text.IsEmpty) return true;
        bool isNegative = text[0] == '-';
        if (isNegative || text[0] == '+') text = text[1..];
        if (text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        if (!Utf8Parser.TryParse(text, out ulong value, out _)) return false;
        if (isNegative) value = 0 - value;
        cursor = new ScanCursor((int)Math.Min(value >> PositionBits, KeySlot.Count), (uint)value);
        return true;
    }

    /// <summary>Writes the cursor as a bulk string reply; returns its bytes.</summary>
    public int FormatBulk(Span<byte> target)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        digits = digits[..Numbers.FormatInt64(Value, digits)];
        target[0] = (byte)'$';
        int length = 1 + Numbers.FormatInt64(digits.Length, target[1..]);
        "\r\n"u8.CopyTo(target[length..]);
        digits.CopyTo(target[(length + 2)..]);
        length += 2 + digits.Length;
        "\r\n"u8.CopyTo(target[length..]);
        return length + 2;
    }
}
