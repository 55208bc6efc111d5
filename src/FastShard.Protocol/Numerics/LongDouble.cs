using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace FastShard.Protocol;

/// <summary>
/// The 80-bit float of x86 C compilers, which redis computes INCRBYFLOAT and HINCRBYFLOAT in: a sign, 64 bits of
/// mantissa, an exponent. Neither double (0.1 + 0.2) nor decimal (17179869184.1 + 0.1) gives redis's digits; this does.
/// Values are mantissa * 2^exponent with the highest mantissa bit set, or zero. Rounding is to nearest, ties to even.
/// </summary>
public readonly struct LongDouble
{
    /// <summary>Room that any <see cref="Format"/> fits in; longer text is not parsed either.</summary>
    public const int MaxBytes = 5 * 1024;

    private const int MantissaBits = 64;
    private const int MaxExponent = 16383 - 63;
    private const int MinExponent = -16445 - 63;
    private const int FractionDigits = 17;
    private const ulong FractionScale = 100_000_000_000_000_000;

    // Up to these the division of a 128-bit number leaves more than 64 bits, which decides the rounding.
    private const int MaxQuickDigits = 19;
    private const int MaxQuickScale = 18;

    private readonly ulong _mantissa;
    private readonly int _exponent;
    private readonly bool _negative;
    private readonly bool _infinite;

    private LongDouble(bool negative, ulong mantissa, int exponent)
    {
        _negative = negative;
        _infinite = exponent > MaxExponent;
        _mantissa = exponent < MinExponent || _infinite ? 0 : mantissa;
        _exponent = _mantissa == 0 ? 0 : exponent;
    }

    /// <summary>The largest finite value (LDBL_MAX).</summary>
    public static LongDouble MaxValue => new(false, ulong.MaxValue, MaxExponent);

    public bool IsFinite => !_infinite;

    /// <summary>The sign bit: true of -0 too.</summary>
    public bool IsNegative => _negative;

    private bool IsZero => _mantissa == 0 && !_infinite;

    private int Sign => IsZero ? 0 : _negative ? -1 : 1;

    public static LongDouble operator +(LongDouble left, LongDouble right) => Add(left, right);

    public static LongDouble operator -(LongDouble value) => value.Negate();

    /// <summary>Every 64-bit integer is exact.</summary>
    public static LongDouble FromInt64(long value) =>
        Round(value < 0, value < 0 ? 0UL - (ulong)value : (ulong)value, 0, sticky: false);

    /// <summary>The same with the other sign.</summary>
    public LongDouble Negate() => new(!_negative, _mantissa, _infinite ? int.MaxValue : _exponent);

    /// <summary>
    /// Below 0, 0, or above 0, as <paramref name="left"/> is to <paramref name="right"/>. -0 equals 0.
    /// </summary>
    public static int Compare(LongDouble left, LongDouble right)
    {
        int order = left.Sign.CompareTo(right.Sign);
        if (order != 0 || left.IsZero) return order;
        order = left._infinite.CompareTo(right._infinite);
        if (order == 0) order = left._exponent.CompareTo(right._exponent);
        if (order == 0) order = left._mantissa.CompareTo(right._mantissa);
        return left._negative ? -order : order;
    }

    /// <summary>
    /// What redis's string2ld accepts: strtold's grammar without blanks, nan, overflow and underflow.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out LongDouble value)
    {
        value = default;
        if (text.Length >= MaxBytes) return false;
        NumberShape shape = NumberShape.Of(text);
        switch (shape.Kind)
        {
            case NumberKind.Infinity:
                value = new LongDouble(shape.Negative, 0, int.MaxValue);
                return true;
            case NumberKind.Decimal:
                value = shape.HasNonZeroDigit
                    ? ReadDecimal(shape.Body, shape.Negative)
                    : new LongDouble(shape.Negative, 0, 0);
                break;
            case NumberKind.Hexadecimal:
                (UInt128 mantissa, int exponent) = HexFloat.Read(shape.Body);
                value = Round(shape.Negative, mantissa, exponent, sticky: false);
                break;
            default:
                return false;
        }
        return value.IsFinite && value.IsZero != shape.HasNonZeroDigit;
    }

    /// <summary>
    /// The sum; an infinity where it overflows. Opposite infinities give an infinity too, never a nan.
    /// </summary>
    public static LongDouble Add(LongDouble left, LongDouble right)
    {
        if (left._infinite || right.IsZero) return left.IsZero && left._negative != right._negative ? default : left;
        if (right._infinite || left.IsZero) return right;
        (LongDouble high, LongDouble low) = Magnitude(left, right) ? (left, right) : (right, left);

        // 62 bits below the mantissa, one free above for the carry.
        const int Guard = 62;
        UInt128 sum = (UInt128)high._mantissa << Guard;
        UInt128 addend = (UInt128)low._mantissa << Guard;
        int distance = high._exponent - low._exponent;
        bool sticky = distance > 127 || (addend & ((UInt128.One << distance) - 1)) != 0;
        addend = distance > 127 ? 0 : addend >> distance;
        if (high._negative == low._negative)
            sum += addend;
        else
            sum -= addend + (sticky ? 1u : 0u);
        return sum == 0 ? default : Round(high._negative, sum, high._exponent - Guard, sticky);
    }

    /// <summary>
    /// Writes it for people, as redis does: no exponent, at most 17 digits after the point, no trailing zeros, no "-0".
    /// </summary>
    /// <param name="target">At least <see cref="MaxBytes"/>.</param>
    /// <returns>The length written.</returns>
    public int Format(Span<byte> target)
    {
        if (_infinite)
        {
            ReadOnlySpan<byte> text = _negative ? "-inf"u8 : "inf"u8;
            text.CopyTo(target);
            return text.Length;
        }
        int at = 0;
        if (_negative) target[at++] = (byte)'-';
        if (_exponent > 0)
        {
            string digits = (new BigInteger(_mantissa) << _exponent).ToString(CultureInfo.InvariantCulture);
            return at + Encoding.ASCII.GetBytes(digits, target[at..]);
        }
        (ulong whole, ulong fraction) = Split();
        if (whole == 0 && fraction == 0) at = 0;
        Utf8Formatter.TryFormat(whole, target[at..], out int written);
        at += written;
        return fraction == 0 ? at : FormatFraction(fraction, target, at);
    }

    private static int FormatFraction(ulong fraction, Span<byte> target, int at)
    {
        target[at++] = (byte)'.';
        Utf8Formatter.TryFormat(fraction, target[at..], out _, new StandardFormat('D', FractionDigits));
        return at + target.Slice(at, FractionDigits).LastIndexOfAnyExcept((byte)'0') + 1;
    }

    /// <summary>The whole part, and the fraction in units of 10^-17, rounded.</summary>
    private (ulong Whole, ulong Fraction) Split()
    {
        int shift = -_exponent;
        if (shift == 0 || shift > 127) return (shift == 0 ? _mantissa : 0, 0);
        ulong whole = shift < MantissaBits ? _mantissa >> shift : 0;
        ulong rest = shift < MantissaBits ? _mantissa & ((1UL << shift) - 1) : _mantissa;
        UInt128 scaled = (UInt128)rest * FractionScale;
        ulong fraction = (ulong)(scaled >> shift);
        UInt128 lost = scaled & ((UInt128.One << shift) - 1);
        UInt128 half = UInt128.One << (shift - 1);
        if (lost > half || (lost == half && (fraction & 1) != 0)) fraction++;
        return fraction == FractionScale ? (whole + 1, 0) : (whole, fraction);
    }

    private static bool Magnitude(LongDouble left, LongDouble right) =>
        left._exponent != right._exponent ? left._exponent > right._exponent : left._mantissa >= right._mantissa;

    private static LongDouble ReadDecimal(ReadOnlySpan<byte> body, bool negative)
    {
        Span<byte> buffer = stackalloc byte[body.Length];
        ReadOnlySpan<byte> digits = ReadDigits(body, buffer, out int scale);

        // Far outside of the range: no need for a number of as many digits.
        if (digits.Length - scale > 5000) return new LongDouble(negative, 1, int.MaxValue);
        if (digits.Length - scale < -5100) return new LongDouble(negative, 1, int.MinValue);
        if (digits.Length > MaxQuickDigits || scale < 0 || scale > MaxQuickScale)
        {
            string text = Encoding.ASCII.GetString(digits);
            return RoundRatio(negative, BigInteger.Parse(text, CultureInfo.InvariantCulture), scale);
        }

        ulong number = 0;
        foreach (byte digit in digits) number = (number * 10) + (digit - (ulong)'0');
        ulong divisor = 1;
        for (int i = 0; i < scale; i++) divisor *= 10;
        int shift = (int)UInt128.LeadingZeroCount(number);
        (UInt128 quotient, UInt128 remainder) = UInt128.DivRem((UInt128)number << shift, divisor);
        return Round(negative, quotient, -shift, sticky: remainder != 0);
    }

    /// <summary>The digits without point and leading zeros; the value is digits / 10^scale.</summary>
    private static ReadOnlySpan<byte> ReadDigits(ReadOnlySpan<byte> body, Span<byte> digits, out int scale)
    {
        int count = 0;
        scale = 0;
        bool point = false;
        for (int i = 0; i < body.Length; i++)
        {
            byte value = body[i];
            if (value == '.')
            {
                point = true;
            }
            else if ((value | 0x20) == 'e')
            {
                scale -= HexFloat.ReadExponent(body[(i + 1)..]);
                break;
            }
            else
            {
                if (point) scale++;
                if (count > 0 || value != '0') digits[count++] = value;
            }
        }
        return digits[..count];
    }

    private static LongDouble RoundRatio(bool negative, BigInteger number, int scale)
    {
        BigInteger power = BigInteger.Pow(10, Math.Abs(scale));
        int exponent = 0;
        bool sticky = false;
        if (scale < 0)
        {
            number *= power;
        }
        else
        {
            // A quotient of at least 66 bits: 64 to keep, and those that decide the rounding.
            int shift = (int)Math.Max(0, 66 + power.GetBitLength() - number.GetBitLength());
            number = BigInteger.DivRem(number << shift, power, out BigInteger remainder);
            sticky = !remainder.IsZero;
            exponent = -shift;
        }
        int excess = (int)Math.Max(0, number.GetBitLength() - 128);
        if (excess > 0)
        {
            sticky |= !(number & ((BigInteger.One << excess) - 1)).IsZero;
            number >>= excess;
        }
        return Round(negative, (UInt128)number, exponent + excess, sticky);
    }

    /// <summary>mantissa * 2^exponent to 64 bits; sticky says that a nonzero rest lies below the mantissa.</summary>
    private static LongDouble Round(bool negative, UInt128 mantissa, int exponent, bool sticky)
    {
        if (mantissa == 0) return new LongDouble(negative, 0, 0);
        int shift = MantissaBits - (int)UInt128.LeadingZeroCount(mantissa);
        if (shift <= 0) return new LongDouble(negative, (ulong)(mantissa << -shift), exponent + shift);
        UInt128 kept = mantissa >> shift;
        UInt128 lost = mantissa & ((UInt128.One << shift) - 1);
        UInt128 half = UInt128.One << (shift - 1);
        if (lost > half || (lost == half && (sticky || (kept & 1) != 0))) kept++;
        return kept >> MantissaBits != 0
            ? new LongDouble(negative, 1UL << 63, exponent + shift + 1)
            : new LongDouble(negative, (ulong)kept, exponent + shift);
    }
}
