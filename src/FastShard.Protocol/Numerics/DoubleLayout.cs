namespace FastShard.Protocol;

/// <summary>
/// Lays the digits of a double out as Redis does since 7.2: a whole number plain while it needs fewer than eight zeros
/// behind its digits, a fraction plain while it has at most six places or is between a thousandth and ten thousand,
/// and all else as d.ddde+X. .NET's shortest form has the same digits and turns to an exponent at other places.
/// </summary>
internal static class DoubleLayout
{
    private const int WholeZeros = 7;
    private const int ShortPlaces = 6;
    private const int PlainExponents = 4;

    /// <summary>Rewrites .NET's invariant text ("-1.5E-07", "0.25", "1E+16") and returns the length.</summary>
    public static int Write(ReadOnlySpan<byte> text, Span<byte> target)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxDoubleBytes];
        bool negative = text[0] == '-';
        if (negative) text = text[1..];
        int count = ReadDigits(text, digits, out int exponent);
        int at = 0;
        if (negative) target[at++] = (byte)'-';
        return IsPlain(count, exponent)
            ? WritePlain(digits[..count], exponent, target, at)
            : WriteScientific(digits[..count], exponent, target, at);
    }

    private static bool IsPlain(int digits, int exponent)
    {
        int places = digits - 1 - exponent;
        int magnitude = Math.Abs(exponent);
        return places <= 0 ? magnitude < digits + WholeZeros : places <= ShortPlaces || magnitude < PlainExponents;
    }

    /// <summary>Significant digits without leading or trailing zeros, and the exponent of the first one.</summary>
    private static int ReadDigits(ReadOnlySpan<byte> text, Span<byte> digits, out int exponent)
    {
        int mark = text.IndexOf((byte)'E');
        exponent = mark < 0 ? 0 : HexFloat.ReadExponent(text[(mark + 1)..]);
        ReadOnlySpan<byte> body = mark < 0 ? text : text[..mark];
        int point = body.IndexOf((byte)'.');
        if (point < 0) point = body.Length;
        int count = 0;
        int first = -1;
        for (int i = 0; i < body.Length; i++)
        {
            if (i == point || (count == 0 && body[i] == '0')) continue;
            if (first < 0) first = i;
            digits[count++] = body[i];
        }
        if (count == 0)
        {
            digits[0] = (byte)'0';
            return 1;
        }
        exponent += first < point ? point - first - 1 : point - first;
        return digits[..count].LastIndexOfAnyExcept((byte)'0') + 1;
    }

    private static int WritePlain(ReadOnlySpan<byte> digits, int exponent, Span<byte> target, int at)
    {
        int whole = exponent + 1;
        if (whole <= 0)
        {
            target[at++] = (byte)'0';
            target[at++] = (byte)'.';
            target.Slice(at, -whole).Fill((byte)'0');
            at += -whole;
            digits.CopyTo(target[at..]);
            return at + digits.Length;
        }
        for (int i = 0; i < Math.Max(whole, digits.Length); i++)
        {
            if (i == whole) target[at++] = (byte)'.';
            target[at++] = i < digits.Length ? digits[i] : (byte)'0';
        }
        return at;
    }

    private static int WriteScientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> target, int at)
    {
        at = WritePlain(digits, 0, target, at);
        target[at++] = (byte)'e';
        target[at++] = (byte)(exponent < 0 ? '-' : '+');
        return at + Numbers.FormatInt64(Math.Abs(exponent), target[at..]);
    }
}
