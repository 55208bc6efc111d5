namespace FastShard.Protocol;

/// <summary>What a text that C's strtod would take whole looks like.</summary>
internal enum NumberKind : byte
{
    None,
    Decimal,
    Hexadecimal,
    Infinity,
}

/// <summary>
/// Judges the grammar of a floating-point text before .NET parses it: .NET's own parser lets blanks and trailing NULs
/// pass, and names infinity otherwise.
/// </summary>
internal readonly ref struct NumberShape
{
    public NumberKind Kind { get; private init; }

    public bool Negative { get; private init; }

    public bool HasNonZeroDigit { get; private init; }

    /// <summary>The text after its sign, and in hexadecimal after "0x".</summary>
    public ReadOnlySpan<byte> Body { get; private init; }

    public static NumberShape Of(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return default;
        bool negative = text[0] == '-';
        ReadOnlySpan<byte> body = negative || text[0] == '+' ? text[1..] : text;
        if (body.IsEmpty) return default;
        if ((body[0] | 0x20) == 'i')
        {
            NumberKind kind = EqualsIgnoreCase(body, "inf"u8) || EqualsIgnoreCase(body, "infinity"u8)
                ? NumberKind.Infinity
                : NumberKind.None;
            return new NumberShape { Kind = kind, Negative = negative };
        }
        bool hexadecimal = body.Length > 2 && body[0] == '0' && (body[1] | 0x20) == 'x';
        if (hexadecimal) body = body[2..];
        if (!IsNumber(body, hexadecimal, out bool nonZero)) return default;
        return new NumberShape
        {
            Kind = hexadecimal ? NumberKind.Hexadecimal : NumberKind.Decimal,
            Negative = negative,
            HasNonZeroDigit = nonZero,
            Body = body,
        };
    }

    private static bool IsNumber(ReadOnlySpan<byte> body, bool hexadecimal, out bool nonZero)
    {
        nonZero = false;
        int i = 0;
        bool digits = false;
        bool point = false;
        for (; i < body.Length; i++)
        {
            byte value = body[i];
            if (value == '.' && !point)
                point = true;
            else if (hexadecimal ? char.IsAsciiHexDigit((char)value) : char.IsAsciiDigit((char)value))
                (digits, nonZero) = (true, nonZero | value != '0');
            else
                break;
        }
        if (!digits) return false;
        if (i == body.Length) return true;
        if ((body[i++] | 0x20) != (hexadecimal ? 'p' : 'e')) return false;
        if (i < body.Length && body[i] is (byte)'-' or (byte)'+') i++;
        return i < body.Length && body[i..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        if (text.Length != lower.Length) return false;
        for (int i = 0; i < text.Length; i++)
            if ((text[i] | 0x20) != lower[i]) return false;
        return true;
    }
}
