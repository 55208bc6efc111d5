using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// The cluster's 16384 hash slots: CRC16/XMODEM of the key, or of its {hash tag}, modulo 16384, as Redis Cluster
/// defines it. Eight bytes a step (slicing): eight tables tell what each byte adds from its distance to the end.
/// </summary>
public static class KeySlot
{
    /// <summary>Number of slots.</summary>
    public const int Count = 16384;

    private const ushort Polynomial = 0x1021;

    private static readonly ushort[] Tables = BuildTables();

    /// <summary>The slot of <paramref name="key"/>: 0 to <see cref="Count"/> - 1.</summary>
    public static int Of(ReadOnlySpan<byte> key) => Crc16(Hashed(key)) & (Count - 1);

    /// <summary>
    /// What is hashed of a key: the bytes between the first '{' and the first '}' after it where there are any,
    /// else the whole key.
    /// </summary>
    public static ReadOnlySpan<byte> Hashed(ReadOnlySpan<byte> key)
    {
        int open = key.IndexOf((byte)'{');
        if (open < 0) return key;
        int length = key[(open + 1)..].IndexOf((byte)'}');
        return length <= 0 ? key : key.Slice(open + 1, length);
    }

    /// <summary>CRC16/XMODEM: polynomial 0x1021, initial value 0, not reflected.</summary>
    internal static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> tables = Tables;
        uint crc = 0;
        while (bytes.Length >= 8)
        {
            ulong word = BinaryPrimitives.ReadUInt64BigEndian(bytes) ^ ((ulong)crc << 48);
            crc = (uint)(At(tables, 7, word >> 56) ^ At(tables, 6, word >> 48) ^ At(tables, 5, word >> 40)
                ^ At(tables, 4, word >> 32) ^ At(tables, 3, word >> 24) ^ At(tables, 2, word >> 16)
                ^ At(tables, 1, word >> 8) ^ At(tables, 0, word));
            bytes = bytes[8..];
        }
        foreach (byte next in bytes)
            crc = ((crc << 8) ^ At(tables, 0, (crc >> 8) ^ next)) & 0xFFFF;
        return (ushort)crc;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint At(ReadOnlySpan<ushort> tables, int distance, ulong value) =>
        tables[(distance << 8) | (byte)value];

    private static ushort[] BuildTables()
    {
        ushort[] tables = new ushort[8 * 256];
        for (int value = 0; value < 256; value++)
        {
            uint crc = (uint)value << 8;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            tables[value] = (ushort)crc;
        }
        // A byte one place further from the end has gone through one more zero byte.
        for (int index = 256; index < tables.Length; index++)
        {
            ushort nearer = tables[index - 256];
            tables[index] = (ushort)((nearer << 8) ^ tables[nearer >> 8]);
        }
        return tables;
    }
}
