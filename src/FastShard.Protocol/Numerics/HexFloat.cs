namespace FastShard.Protocol;

/// <summary>Hexadecimal floating-point text ("0x1.8p3"), which strtod takes and .NET does not.</summary>
internal static class HexFloat
{
    // More would not change the result: 112 bits and a sticky one decide any rounding.
    private const int MaxDigits = 28;
    private const int MaxExponent = 100_000;

    /// <summary>
    /// Reads the digits after "0x" into mantissa * 2^exponent; bits past 112 leave a sticky lowest bit.
    /// </summary>
    public static (UInt128 Mantissa, int Exponent) Read(ReadOnlySpan<byte> body)
    {
        UInt128 mantissa = 0;
        int exponent = 0;
        int digits = 0;
        bool point = false;
        for (int i = 0; i < body.Length; i++)
        {
            byte value = body[i];
            if (value == '.')
            {
                point = true;
                continue;
            }
            if ((value | 0x20) == 'p')
            {
                exponent += ReadExponent(body[(i + 1)..]);
                break;
            }
            uint digit = value <= '9' ? value - (uint)'0' : (value | 0x20u) - 'a' + 10;
            if (digits < MaxDigits)
            {
                mantissa = (mantissa << 4) | digit;
                if (mantissa != 0) digits++;
                if (point) exponent -= 4;
            }
            else
            {
                if (digit != 0) mantissa |= 1;
                if (!point) exponent += 4;
            }
        }
        return (mantissa, exponent);
    }

    /// <summary>The double nearest to the text; false where it is out of a double's range.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, bool negative, out double value)
    {
        (UInt128 mantissa, int exponent) = Read(body);
        int excess = 64 - (int)UInt128.LeadingZeroCount(mantissa);
        if (excess > 0)
        {
            bool sticky = (mantissa & ((UInt128.One << excess) - 1)) != 0;
            mantissa = (mantissa >> excess) | (sticky ? 1u : 0u);
            exponent += excess;
        }
        value = Math.ScaleB((double)(ulong)mantissa, exponent);
        if (!double.IsFinite(value) || (value == 0 && mantissa != 0)) return false;
        if (negative) value = -value;
        return true;
    }

    internal static int ReadExponent(ReadOnlySpan<byte> text)
    {
        bool negative = text[0] == '-';
        int magnitude = 0;
        foreach (byte digit in text[0] is (byte)'-' or (byte)'+' ? text[1..] : text)
            magnitude = Math.Min((magnitude * 10) + (digit - '0'), MaxExponent);
        return negative ? -magnitude : magnitude;
    }
}
