using System.Buffers.Binary;
using FastShard.Protocol;

namespace FastShard.Persistence.Rdb;

/// <summary>
/// Reads what <see cref="RdbWriter"/> writes, and all older forms of it, from bytes that nobody has checked. Every
/// method says false where the bytes end or make no sense; after that the reader is of no use any more.
/// </summary>
public ref struct RdbReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    /// <summary>A reader of an object's bytes; <paramref name="version"/> is that of the whole payload.</summary>
    public RdbReader(ReadOnlySpan<byte> bytes, int version)
    {
        _bytes = bytes;
        Version = version;
    }

    /// <summary>The version that the bytes were written with.</summary>
    public int Version { get; }

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => _at == _bytes.Length;

    /// <summary>Bytes that were not read yet: what any count that is told can be held against.</summary>
    public readonly int Left => _bytes.Length - _at;

    /// <summary>
    /// After a method said false: how many bytes more it would have taken at least; 0 where the bytes make no sense.
    /// </summary>
    public long Missing { readonly get; private set; }

    public bool TryByte(out byte value)
    {
        value = 0;
        if (IsAtEnd)
        {
            Missing = 1;
            return false;
        }
        value = _bytes[_at++];
        return true;
    }

    /// <summary>So many bytes as they are.</summary>
    public bool TryRaw(int length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if ((uint)length > (uint)Left)
        {
            Missing = length - Left;
            return false;
        }
        bytes = _bytes.Slice(_at, length);
        _at += length;
        return true;
    }

    /// <summary>Passes so many bytes.</summary>
    public bool TrySkip(ulong length)
    {
        if (!Has(length)) return false;
        _at += (int)length;
        return true;
    }

    /// <summary>Passes a text.</summary>
    public bool TrySkipText()
    {
        if (!TryLength(out ulong length, out bool isSpecial)) return false;
        if (!isSpecial) return TrySkip(length);
        return length switch
        {
            RdbEncoding.Int8 => TrySkip(1),
            RdbEncoding.Int16 => TrySkip(2),
            RdbEncoding.Int32 => TrySkip(4),
            RdbEncoding.Lzf => TryLength(out ulong compressed) && TryLength(out _) && TrySkip(compressed),
            _ => false,
        };
    }

    /// <summary>A length that is none of the special encodings.</summary>
    public bool TryLength(out ulong value) => TryLength(out value, out bool isSpecial) && !isSpecial;

    /// <summary>A number that is kept as a length and fits a long.</summary>
    public bool TryNumber(out long value)
    {
        bool isRead = TryLength(out ulong length);
        value = (long)length;
        return isRead && value >= 0;
    }

    /// <summary>
    /// How many items follow, of at least so many bytes each: a count that cannot be true is refused before anything
    /// is made for it.
    /// </summary>
    public bool TryCount(int itemBytesMin, out int count)
    {
        count = 0;
        if (!TryLength(out ulong told) || told > (ulong)(Left / itemBytesMin)) return false;
        count = (int)told;
        return true;
    }

    /// <summary>A text; where it is no plain one its bytes are put into <paramref name="scratch"/>.</summary>
    public bool TryText(ref TextScratch scratch, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryLength(out ulong length, out bool isSpecial)) return false;
        if (!isSpecial) return Has(length) && TryRaw((int)length, out text);
        switch (length)
        {
            case RdbEncoding.Int8:
                if (!TryRaw(1, out ReadOnlySpan<byte> one)) return false;
                text = scratch.Digits((sbyte)one[0]);
                return true;
            case RdbEncoding.Int16:
                if (!TryRaw(2, out ReadOnlySpan<byte> two)) return false;
                text = scratch.Digits(BinaryPrimitives.ReadInt16LittleEndian(two));
                return true;
            case RdbEncoding.Int32:
                if (!TryRaw(4, out ReadOnlySpan<byte> four)) return false;
                text = scratch.Digits(BinaryPrimitives.ReadInt32LittleEndian(four));
                return true;
            case RdbEncoding.Lzf:
                return TryCompressed(ref scratch, out text);
            default:
                return false;
        }
    }

    /// <summary>A double by its bits.</summary>
    public bool TryDouble(out double value)
    {
        bool isRead = TryRaw(sizeof(double), out ReadOnlySpan<byte> bytes);
        value = isRead ? BinaryPrimitives.ReadDoubleLittleEndian(bytes) : 0;
        return isRead;
    }

    /// <summary>A double as the text that versions before 8 wrote.</summary>
    public bool TryTextDouble(out double value)
    {
        value = 0;
        if (!TryByte(out byte length)) return false;
        switch (length)
        {
            case 255: value = double.NegativeInfinity; return true;
            case 254: value = double.PositiveInfinity; return true;
            case 253: value = double.NaN; return true;
            default: return TryRaw(length, out ReadOnlySpan<byte> text) && Numbers.TryParseDouble(text, out value);
        }
    }

    /// <summary>A number of 4 bytes, as times in seconds are.</summary>
    public bool TryFour(out uint value)
    {
        bool isRead = TryRaw(sizeof(uint), out ReadOnlySpan<byte> bytes);
        value = isRead ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return isRead;
    }

    /// <summary>A signed number of 8 bytes, as times are.</summary>
    public bool TryMillis(out long value)
    {
        bool isRead = TryRaw(sizeof(long), out ReadOnlySpan<byte> bytes);
        value = isRead ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;
        return isRead;
    }

    private bool Has(ulong length)
    {
        if (length <= (ulong)Left) return true;
        Missing = (long)Math.Min(length - (ulong)Left, long.MaxValue);
        return false;
    }

    private bool TryLength(out ulong value, out bool isSpecial)
    {
        value = 0;
        isSpecial = false;
        if (!TryByte(out byte first)) return false;
        switch (first >> 6)
        {
            case 0:
                value = first;
                return true;
            case 1:
                if (!TryByte(out byte second)) return false;
                value = (ulong)(((first & 63) << 8) | second);
                return true;
            case 3:
                value = (ulong)(first & 63);
                isSpecial = true;
                return true;
        }
        if (first == 0x80)
        {
            if (!TryRaw(4, out ReadOnlySpan<byte> four)) return false;
            value = BinaryPrimitives.ReadUInt32BigEndian(four);
            return true;
        }
        if (first != 0x81 || !TryRaw(8, out ReadOnlySpan<byte> eight)) return false;
        value = BinaryPrimitives.ReadUInt64BigEndian(eight);
        return true;
    }

    private bool TryCompressed(ref TextScratch scratch, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryLength(out ulong compressed) || !TryLength(out ulong length)) return false;
        if (!Has(compressed) || !TryRaw((int)compressed, out ReadOnlySpan<byte> bytes)) return false;
        // What cannot come out of so few bytes is no reason to ask for memory.
        if (length == 0 || length > Math.Min(compressed * Lzf.GrowthMax, (ulong)Array.MaxLength)) return false;
        Span<byte> room = scratch.Room((int)length);
        if (!Lzf.TryExpand(bytes, room)) return false;
        text = room;
        return true;
    }
}
