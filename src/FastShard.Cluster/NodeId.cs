using System.Buffers.Binary;

namespace FastShard.Cluster;

/// <summary>
/// A node's name: 40 hexadecimal digits, kept as 20 bytes that are in the order of the text. None (all zero) is
/// written as 40 NULs, which is how a packet says "no primary".
/// </summary>
public readonly record struct NodeId(ulong High, ulong Middle, uint Low) : IComparable<NodeId>
{
    /// <summary>Characters of a name.</summary>
    public const int Chars = 40;

    private const int Bytes = Chars / 2;

    /// <summary>No node.</summary>
    public static NodeId None => default;

    /// <summary>There is no such node.</summary>
    public bool IsNone => this == default;

    public static bool operator <(NodeId left, NodeId right) => left.CompareTo(right) < 0;

    public static bool operator >(NodeId left, NodeId right) => left.CompareTo(right) > 0;

    public static bool operator <=(NodeId left, NodeId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(NodeId left, NodeId right) => left.CompareTo(right) >= 0;

    /// <summary>A new name.</summary>
    public static NodeId Next(Random random)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        random.NextBytes(bytes);
        return From(bytes);
    }

    /// <summary>Reads 40 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NodeId id)
    {
        id = default;
        if (text.Length != Chars) return false;
        Span<byte> bytes = stackalloc byte[Bytes];
        for (int at = 0; at < Bytes; at++)
        {
            int high = Digit(text[2 * at]);
            int low = Digit(text[(2 * at) + 1]);
            if ((high | low) < 0) return false;
            bytes[at] = (byte)((high << 4) | low);
        }
        id = From(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out NodeId)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out NodeId id)
    {
        id = default;
        if (text.Length != Chars) return false;
        Span<byte> bytes = stackalloc byte[Chars];
        for (int at = 0; at < Chars; at++) bytes[at] = text[at] < 128 ? (byte)text[at] : (byte)0;
        return TryParse(bytes, out id);
    }

    public int CompareTo(NodeId other)
    {
        int order = High.CompareTo(other.High);
        if (order == 0) order = Middle.CompareTo(other.Middle);
        return order != 0 ? order : Low.CompareTo(other.Low);
    }

    public override string ToString()
    {
        Span<byte> chars = stackalloc byte[Chars];
        WriteDigits(chars);
        return System.Text.Encoding.ASCII.GetString(chars);
    }

    /// <summary>A field of a packet: the name, or NULs for none. False where it is neither.</summary>
    internal static bool TryReadField(ReadOnlySpan<byte> field, out NodeId id)
    {
        id = default;
        return field[..Chars].IndexOfAnyExcept((byte)0) < 0 || TryParse(field[..Chars], out id);
    }

    /// <summary>Writes a field of a packet.</summary>
    internal void WriteField(Span<byte> field)
    {
        if (IsNone) field[..Chars].Clear();
        else WriteDigits(field);
    }

    private static NodeId From(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes),
        BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]));

    private static int Digit(byte letter) => letter switch
    {
        >= (byte)'0' and <= (byte)'9' => letter - '0',
        >= (byte)'a' and <= (byte)'f' => letter - 'a' + 10,
        _ => -1,
    };

    private void WriteDigits(Span<byte> chars)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Middle);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], Low);
        ReadOnlySpan<byte> digits = "0123456789abcdef"u8;
        for (int at = 0; at < Bytes; at++)
        {
            chars[2 * at] = digits[bytes[at] >> 4];
            chars[(2 * at) + 1] = digits[bytes[at] & 15];
        }
    }
}
