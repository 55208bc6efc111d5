using FastShard.Protocol;

namespace FastShard.Engine.Bitmaps;

/// <summary>
/// An integer type of BITFIELD: i1 to i64, u1 to u63. Unsigned values fit the signed 64 bits of a reply.
/// </summary>
internal readonly record struct BitFieldType(bool IsSigned, int Bits)
{
    /// <summary>Reads "i16" or "u8".</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out BitFieldType type)
    {
        type = default;
        if (text.IsEmpty || (text[0] != 'i' && text[0] != 'u')) return false;
        bool isSigned = text[0] == 'i';
        if (!Numbers.TryParseInt64(text[1..], out long bits) || bits < 1 || bits > (isSigned ? 64 : 63)) return false;
        type = new BitFieldType(isSigned, (int)bits);
        return true;
    }

    /// <summary>The smallest value.</summary>
    public Int128 Min => IsSigned ? -(Int128.One << (Bits - 1)) : 0;

    /// <summary>The largest value.</summary>
    public Int128 Max => (Int128.One << (IsSigned ? Bits - 1 : Bits)) - 1;

    /// <summary>The field of this type at a bit offset; bits beyond the string are 0.</summary>
    public long Read(ReadOnlySpan<byte> bytes, long offset)
    {
        ulong raw = (ulong)(ReadWindow(bytes, offset) >> ShiftOf(offset)) & Mask;
        // The shift pair copies the sign bit into all the bits above.
        return IsSigned ? (long)(raw << (64 - Bits)) >> (64 - Bits) : (long)raw;
    }

    /// <summary>Writes the low bits of a value at a bit offset inside of the string.</summary>
    public void Write(Span<byte> bytes, long offset, long value)
    {
        int shift = ShiftOf(offset);
        UInt128 window = ReadWindow(bytes, offset);
        window &= ~((UInt128)Mask << shift);
        window |= (UInt128)((ulong)value & Mask) << shift;
        int first = (int)(offset >> 3);
        for (int index = WindowBytes(offset) - 1; index >= 0; index--)
        {
            bytes[first + index] = (byte)window;
            window >>= 8;
        }
    }

    /// <summary>Fits a number into the type; false when it does not fit and must not be changed.</summary>
    public bool TryFit(Int128 number, BitOverflow overflow, out long value)
    {
        if (number >= Min && number <= Max)
        {
            value = (long)number;
            return true;
        }
        if (overflow == BitOverflow.Saturate)
        {
            value = (long)(number < Min ? Min : Max);
            return true;
        }
        ulong raw = (ulong)(UInt128)number & Mask;
        value = IsSigned ? (long)(raw << (64 - Bits)) >> (64 - Bits) : (long)raw;
        return overflow == BitOverflow.Wrap;
    }

    private ulong Mask => ulong.MaxValue >> (64 - Bits);

    /// <summary>Bytes that the field lies in: up to 9.</summary>
    private int WindowBytes(long offset) => ((int)(offset & 7) + Bits + 7) / 8;

    /// <summary>Bits of the window behind the field.</summary>
    private int ShiftOf(long offset) => (WindowBytes(offset) * 8) - (int)(offset & 7) - Bits;

    private UInt128 ReadWindow(ReadOnlySpan<byte> bytes, long offset)
    {
        long first = offset >> 3;
        int count = WindowBytes(offset);
        UInt128 window = 0;
        for (long index = first; index < first + count; index++)
            window = (window << 8) | (index < bytes.Length ? bytes[(int)index] : (byte)0);
        return window;
    }
}
