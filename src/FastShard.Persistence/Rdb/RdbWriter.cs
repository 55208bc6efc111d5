using System.Buffers.Binary;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Persistence.Rdb;

/// <summary>Lengths, texts and numbers as RDB writes them, appended to a buffer.</summary>
public readonly ref struct RdbWriter
{
    private const int IntegerTextMax = 11;
    private const int CompressedMin = 20;
    private const int SavedMin = 4;

    // A mark, two lengths, and the room that writing a length asks for.
    private const int HeadMax = 1 + (3 * 9);

    private readonly NativeBuffer _target;
    private readonly bool _compresses;
    private readonly TextPlaces? _places;
    private readonly ReadOnlySpan<byte> _key;
    private readonly bool _hasKey;

    public RdbWriter(NativeBuffer target, int version, bool compresses)
    {
        _target = target;
        _compresses = compresses;
        Version = version;
    }

    /// <summary>
    /// Compresses nothing, but notes where texts lie that somebody else may compress: a shard has better things to do.
    /// </summary>
    internal RdbWriter(NativeBuffer target, int version, TextPlaces? places)
    {
        _target = target;
        _places = places;
        Version = version;
    }

    /// <summary>The same for one record of a file, where the key stands behind the object's type.</summary>
    internal RdbWriter(NativeBuffer target, int version, TextPlaces? places, ReadOnlySpan<byte> key)
        : this(target, version, places)
    {
        _key = key;
        _hasKey = true;
    }

    /// <summary>The version to write.</summary>
    public int Version { get; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => _target.Bytes;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        _target.Commit(1);
    }

    /// <summary>What every object begins with, once.</summary>
    public void Type(RdbType type)
    {
        Byte((byte)type);
        if (_hasKey) Text(_key);
    }

    /// <summary>Bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _target.Commit(bytes.Length);
    }

    /// <summary>A length or another unsigned number: 1, 2, 5 or 9 bytes.</summary>
    public void Length(ulong value)
    {
        Span<byte> room = Room(9);
        int bytes;
        if (value < 64)
        {
            room[0] = (byte)value;
            bytes = 1;
        }
        else if (value < 16384)
        {
            BinaryPrimitives.WriteUInt16BigEndian(room, (ushort)(value | 0x4000));
            bytes = 2;
        }
        else if (value <= uint.MaxValue)
        {
            room[0] = 0x80;
            BinaryPrimitives.WriteUInt32BigEndian(room[1..], (uint)value);
            bytes = 5;
        }
        else
        {
            room[0] = 0x81;
            BinaryPrimitives.WriteUInt64BigEndian(room[1..], value);
            bytes = 9;
        }
        _target.Commit(bytes);
    }

    public void Length(long value) => Length((ulong)value);

    /// <summary>A text: as an integer where it is the digits of one, compressed where that helps.</summary>
    public void Text(ReadOnlySpan<byte> text)
    {
        if (text.Length <= IntegerTextMax && Numbers.TryParseInt64(text, out long integer) && TryInteger(integer))
            return;
        if (text.Length > CompressedMin)
        {
            if (_compresses && TryCompressed(text)) return;
            _places?.Add(_target.End);
        }
        Plain(text);
    }

    /// <summary>A text as it is, though it could be told in fewer bytes.</summary>
    public void Plain(ReadOnlySpan<byte> text)
    {
        Length(text.Length);
        Raw(text);
    }

    /// <summary>The digits of an integer as a text.</summary>
    public void Text(long integer)
    {
        if (TryInteger(integer)) return;
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        Plain(digits[..Numbers.FormatInt64(integer, digits)]);
    }

    /// <summary>An element of a pack as a text.</summary>
    public void Text(scoped in PackElement element)
    {
        if (element.IsInteger) Text(element.Integer);
        else Text(element.Text);
    }

    /// <summary>A time in seconds, 4 bytes, or any number of 4 bytes.</summary>
    public void Four(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(sizeof(uint)), value);
        _target.Commit(sizeof(uint));
    }

    /// <summary>A double by its bits.</summary>
    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        _target.Commit(sizeof(double));
    }

    /// <summary>A time in milliseconds, or any signed number of 8 bytes.</summary>
    public void Millis(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);
        _target.Commit(sizeof(long));
    }

    private Span<byte> Room(int bytes)
    {
        _target.EnsureFree(bytes);
        return _target.Free;
    }

    private bool TryInteger(long integer)
    {
        if (integer is < int.MinValue or > int.MaxValue) return false;
        Span<byte> room = Room(1 + sizeof(int));
        int bytes = integer switch
        {
            >= sbyte.MinValue and <= sbyte.MaxValue => 1,
            >= short.MinValue and <= short.MaxValue => 2,
            _ => 4,
        };
        room[0] = (byte)(RdbEncoding.Special | (bytes switch
        {
            1 => RdbEncoding.Int8,
            2 => RdbEncoding.Int16,
            _ => RdbEncoding.Int32,
        }));
        BinaryPrimitives.WriteInt32LittleEndian(room[1..], (int)integer);
        _target.Commit(1 + bytes);
        return true;
    }

    /// <summary>A text in fewer bytes; false, and nothing written, where it does not become shorter.</summary>
    internal bool TryCompressed(ReadOnlySpan<byte> text)
    {
        // Compressed behind the place of the two lengths, and moved up to them when they are known.
        Span<byte> room = Room(HeadMax + text.Length);
        int compressed = Lzf.Compress(text, room.Slice(HeadMax, text.Length - SavedMin));
        if (compressed == 0) return false;
        Byte(RdbEncoding.Special | RdbEncoding.Lzf);
        Length(compressed);
        Length(text.Length);
        room.Slice(HeadMax, compressed).CopyTo(_target.Free);
        _target.Commit(compressed);
        return true;
    }
}
