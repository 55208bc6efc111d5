using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastShard.Persistence.Rdb;

/// <summary>
/// The checksum of RDB files and DUMP payloads: CRC-64 by Jones (polynomial AD93D23594C935A9, reflected, from 0), eight
/// bytes at a time by tables; long runs by carry-less multiplication where the processor has it. There 16 bytes stand
/// for all that was read: multiplied by the right power of x they can be added to what comes later, and at the end they
/// have the checksum of the whole.
/// </summary>
public static class Crc64
{
    public const int Bytes = sizeof(ulong);

    // The polynomial, bit-reversed.
    private const ulong Polynomial = 0x95AC9329AC4BC9B5;

    private const int Rows = 8;
    private const int Row = 256;

    private const int LaneBytes = 16;
    private const int Lanes = 4;
    private const int FoldBytes = Lanes * LaneBytes;

    // Row r says what a byte comes to that r more bytes follow.
    private static readonly ulong[] Table = MakeTable();

    // A product of reflected numbers is one power of x too high, so these are one too low.
    private static readonly Vector128<ulong> OverAll = Fold(FoldBytes * 8);
    private static readonly Vector128<ulong> OverOne = Fold(LaneBytes * 8);

    /// <summary>The checksum of what <paramref name="crc"/> is of, and then of these bytes.</summary>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        if (Pclmulqdq.IsSupported && bytes.Length >= 2 * FoldBytes)
        {
            int folded = bytes.Length - (bytes.Length % FoldBytes);
            crc = AppendFolded(crc, bytes[..folded]);
            bytes = bytes[folded..];
        }
        return AppendByTable(crc, bytes);
    }

    /// <summary>The same without instructions that not every processor has.</summary>
    internal static ulong AppendByTable(ulong crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> table = Table;
        while (bytes.Length >= Rows)
        {
            ulong word = crc ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = table[(7 * Row) + (int)(word & 0xFF)]
                ^ table[(6 * Row) + (int)((word >> 8) & 0xFF)]
                ^ table[(5 * Row) + (int)((word >> 16) & 0xFF)]
                ^ table[(4 * Row) + (int)((word >> 24) & 0xFF)]
                ^ table[(3 * Row) + (int)((word >> 32) & 0xFF)]
                ^ table[(2 * Row) + (int)((word >> 40) & 0xFF)]
                ^ table[Row + (int)((word >> 48) & 0xFF)]
                ^ table[(int)(word >> 56)];
            bytes = bytes[Rows..];
        }
        foreach (byte value in bytes) crc = table[(int)((crc ^ value) & 0xFF)] ^ (crc >> 8);
        return crc;
    }

    private static ulong AppendFolded(ulong crc, ReadOnlySpan<byte> bytes)
    {
        Vector128<ulong> first = Lane(bytes, 0) ^ Vector128.CreateScalar(crc);
        Vector128<ulong> second = Lane(bytes, 1);
        Vector128<ulong> third = Lane(bytes, 2);
        Vector128<ulong> fourth = Lane(bytes, 3);
        for (bytes = bytes[FoldBytes..]; bytes.Length >= FoldBytes; bytes = bytes[FoldBytes..])
        {
            first = Multiply(first, OverAll) ^ Lane(bytes, 0);
            second = Multiply(second, OverAll) ^ Lane(bytes, 1);
            third = Multiply(third, OverAll) ^ Lane(bytes, 2);
            fourth = Multiply(fourth, OverAll) ^ Lane(bytes, 3);
        }
        second ^= Multiply(first, OverOne);
        third ^= Multiply(second, OverOne);
        fourth ^= Multiply(third, OverOne);
        Span<byte> rest = stackalloc byte[LaneBytes];
        fourth.AsByte().CopyTo(rest);
        return AppendByTable(0, rest);
    }

    private static Vector128<ulong> Lane(ReadOnlySpan<byte> bytes, int lane) =>
        Vector128.Create(bytes.Slice(lane * LaneBytes, LaneBytes)).AsUInt64();

    private static Vector128<ulong> Multiply(Vector128<ulong> lane, Vector128<ulong> powers) =>
        Pclmulqdq.CarrylessMultiply(lane, powers, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, powers, 0x11);

    private static Vector128<ulong> Fold(int bits) => Vector128.Create(PowerOfX(bits + 63), PowerOfX(bits - 1));

    private static ulong PowerOfX(int exponent)
    {
        ulong power = 1UL << 63;
        for (; exponent > 0; exponent--) power = (power >> 1) ^ ((power & 1) * Polynomial);
        return power;
    }

    private static ulong[] MakeTable()
    {
        var table = new ulong[Rows * Row];
        for (int value = 0; value < Row; value++)
        {
            ulong crc = (ulong)value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            table[value] = crc;
        }
        for (int place = Row; place < table.Length; place++)
        {
            ulong before = table[place - Row];
            table[place] = table[(int)(before & 0xFF)] ^ (before >> 8);
        }
        return table;
    }
}
