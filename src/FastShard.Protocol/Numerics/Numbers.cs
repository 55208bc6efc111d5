using System.Buffers.Text;
using System.Globalization;

namespace FastShard.Protocol;

/// <summary>Numbers as text, read as strictly and written exactly as redis does.</summary>
public static partial class Numbers
{
    /// <summary>The longest text of an Int64: "-9223372036854775808".</summary>
    public const int MaxInt64Bytes = 20;

    /// <summary>The longest text of a double in its shortest round-trip form.</summary>
    public const int MaxDoubleBytes = 32;

    private static ReadOnlySpan<double> PowersOfTen =>
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>
    /// Redis's string2ll: an optional minus, then digits without a leading zero; no blanks, no plus, no overflow.
    /// </summary>
    public static bool TryParseInt64(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if ((uint)(text.Length - 1) >= MaxInt64Bytes) return false;
        bool negative = text[0] == '-';
        ReadOnlySpan<byte> digits = negative ? text[1..] : text;
        if (digits.Length is 0 or > 19) return false;
        ulong magnitude = (ulong)(digits[0] - '0');
        if (magnitude > 9) return false;
        if (magnitude == 0) return digits.Length == 1 && !negative;
        // 19 digits fit a ulong, so one range check at the end is enough.
        for (int i = 1; i < digits.Length; i++)
        {
            uint digit = (uint)(digits[i] - '0');
            if (digit > 9) return false;
            magnitude = (magnitude * 10) + digit;
        }
        if (magnitude > long.MaxValue + (negative ? 1UL : 0UL)) return false;
        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>
    /// What strtod takes and redis lets pass: decimal, exponent, "inf"/"infinity" and hexadecimal, with a sign.
    /// Refused: empty, blanks, nan, anything after the number, and a magnitude too large or too small for a double.
    /// </summary>
    public static bool TryParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        if (TryParseShortDecimal(text, out value)) return true;
        value = 0;
        NumberShape shape = NumberShape.Of(text);
        switch (shape.Kind)
        {
            case NumberKind.Infinity:
                value = shape.Negative ? double.NegativeInfinity : double.PositiveInfinity;
                return true;
            case NumberKind.Decimal:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value)
                    && double.IsFinite(value) && (value != 0 || !shape.HasNonZeroDigit);
            case NumberKind.Hexadecimal:
                return HexFloat.TryParse(shape.Body, shape.Negative, out value);
            default:
                return false;
        }
    }

    /// <summary>
    /// Plain digits, at most 15, with or without a minus and a point: digits and power of ten are exact as doubles, so
    /// their quotient is the nearest double to the text, which is what any slower way would find.
    /// </summary>
    private static bool TryParseShortDecimal(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        int at = negative ? 1 : 0;
        int point = -1;
        // Nothing but one point may stand between the digits, and digits on both sides of it.
        if (text.Length - at is 0 or > 16 || text[^1] == '.' || text[at] == '.') return false;
        long digits = 0;
        int count = 0;
        for (; at < text.Length; at++)
        {
            uint digit = (uint)(text[at] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
                count++;
            }
            else if (text[at] == '.' && point < 0)
            {
                point = count;
            }
            else
            {
                return false;
            }
        }
        if (count > 15) return false;
        value = point < 0 ? digits : digits / PowersOfTen[count - point];
        if (negative) value = -value;
        return true;
    }

    /// <summary>Writes an integer (at most 20 bytes) and returns its length.</summary>
    public static int FormatInt64(long value, Span<byte> target)
    {
        if ((ulong)value < 10)
        {
            target[0] = (byte)('0' + value);
            return 1;
        }
        Utf8Formatter.TryFormat(value, target, out int written);
        return written;
    }

    /// <summary>
    /// Writes a double (at most 32 bytes) and returns its length: the fewest digits that read back as the same value,
    /// laid out as Redis does since 7.2 (<see cref="DoubleLayout"/>), and whole numbers exactly up to half of the range
    /// of 64 bits; "inf", "-inf", "nan".
    /// </summary>
    public static int FormatDouble(double value, Span<byte> target)
    {
        if (TryGetWhole(value, out long whole) && !(value == 0 && double.IsNegative(value)))
            return FormatInt64(whole, target);
        if (!double.IsFinite(value)) return FormatNonFinite(value, target);
        Span<byte> text = stackalloc byte[MaxDoubleBytes];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        return DoubleLayout.Write(text[..length], target);
    }

    /// <summary>A double without a fraction within half of the range of 64 bits, as an integer.</summary>
    public static bool TryGetWhole(double value, out long whole)
    {
        bool isWhole = Math.Abs(value) <= long.MaxValue / 2 && value == Math.Truncate(value);
        whole = isWhole ? (long)value : 0;
        return isWhole;
    }

    /// <summary>
    /// C's %.17g: every one of the 17 digits, as redis 7.0 writes scores (0.1 is 0.10000000000000001).
    /// </summary>
    public static int FormatDouble17(double value, Span<byte> target)
    {
        if (!double.IsFinite(value)) return FormatNonFinite(value, target);
        value.TryFormat(target, out int length, "G17", CultureInfo.InvariantCulture);
        target[..length].Replace((byte)'E', (byte)'e');
        return length;
    }

    private static int FormatNonFinite(double value, Span<byte> target)
    {
        ReadOnlySpan<byte> text = double.IsNaN(value) ? "nan"u8 : value > 0 ? "inf"u8 : "-inf"u8;
        text.CopyTo(target);
        return text.Length;
    }
}
