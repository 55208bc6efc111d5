using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// The cluster's 16384 hash slots: CRC16/XMODEM of the key, or of its {hash tag}, modulo 16384, as Redis Cluster
/// defines it. Eight bytes a step (slicing): eight tables tell what each byte adds from its distance to the end.
/// </summary>
public static class KeySlot
{
    /// <summary>Number of slots.</summary>
    /// <summary>Which of so many shards owns a slot: they have contiguous runs of nearly the same length.</summary>
    public static int ShardOf(int slot, int shards) => (int)((long)slot * shards / Count);

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
        // Zeroes in front change nothing, so the odd bytes go first, as a word of their own.
        int odd = bytes.Length & 7;
        uint crc = odd == 0 ? 0 : Step(FirstBytes(bytes, odd));
        for (int at = odd; at < bytes.Length; at += 8)
            crc = Step(BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]) ^ ((ulong)crc << 48));
        return (ushort)crc;
    }

    /// <summary>The first 1 to 7 bytes as a number.</summary>
    private static ulong FirstBytes(ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length >= 8) return BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (64 - (8 * count));
        if (count >= 4)
        {
            ulong front = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            uint back = BinaryPrimitives.ReadUInt32BigEndian(bytes[(count - 4)..]);
            return (front << (8 * (count - 4))) | back;
        }
        ulong word = bytes[0];
        if (count > 1) word = (word << 8) | bytes[1];
        return count > 2 ? (word << 8) | bytes[2] : word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Step(ulong word)
    {
        ref ushort tables = ref MemoryMarshal.GetArrayDataReference(Tables);
        return (uint)(At(ref tables, 7, word >> 56) ^ At(ref tables, 6, word >> 48) ^ At(ref tables, 5, word >> 40)
            ^ At(ref tables, 4, word >> 32) ^ At(ref tables, 3, word >> 24) ^ At(ref tables, 2, word >> 16)
            ^ At(ref tables, 1, word >> 8) ^ At(ref tables, 0, word));
    }

    // SAFETY: a distance of 0 to 7 and a byte stay inside the eight tables of 256.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ref ushort tables, int distance, ulong value) =>
        Unsafe.Add(ref tables, (distance << 8) | (byte)value);

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
