using System.Buffers.Binary;

namespace FastShard.Persistence.Rdb;

/// <summary>
/// The checksum of RDB files and DUMP payloads: CRC-64 by Jones (polynomial AD93D23594C935A9, reflected, from 0), eight
/// bytes at a time.
/// </summary>
public static class Crc64
{
    public const int Bytes = sizeof(ulong);

    // The polynomial, bit-reversed.
    private const ulong Polynomial = 0x95AC9329AC4BC9B5;

    private const int Rows = 8;
    private const int Row = 256;

    // Row r says what a byte comes to that r more bytes follow.
    private static readonly ulong[] Table = MakeTable();

    /// <summary>The checksum of what <paramref name="crc"/> is of, and then of these bytes.</summary>
    public static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
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
