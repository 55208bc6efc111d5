using System.Buffers.Binary;
using FastShard.Engine.Strings;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>
/// The bytes of a HyperLogLog, which is a string that clients may read, copy and write: exactly those of Redis.
/// <code>
///   | "HYLL" | encoding, 1 | unused, 3 | cached cardinality, 8, little endian | registers ...
/// </code>
/// 16384 registers of 6 bits, either one after the other (dense: <see cref="HllDense"/>) or as runs of equal ones
/// (sparse: <see cref="HllSparse"/>). The highest bit of the cardinality says that it is not up to date.
/// </summary>
internal static class HllFormat
{
    public const int HeaderBytes = 16;
    public const int RegisterCount = 16384;
    public const int DenseBytes = HeaderBytes + (RegisterCount * 6 / 8);

    /// <summary>A register holds the place of a bit in the 50 bits of a hash that do not choose the register.</summary>
    public const int RankMax = 51;

    public const byte Dense = 0;
    public const byte Sparse = 1;

    private const int EncodingOffset = 4;
    private const int CardinalityOffset = 8;
    private const int StaleOffset = HeaderBytes - 1;

    /// <summary>Bytes of a HyperLogLog into which nothing was counted yet: one run of zeros.</summary>
    public const int EmptyBytes = HeaderBytes + 2;

    private static ReadOnlySpan<byte> Magic => "HYLL"u8;

    /// <summary>Whether an entry claims to be a HyperLogLog; its registers are looked at when they are used.</summary>
    public static bool Claims(in Entry entry)
    {
        if (entry.Type != ValueType.String || entry.Encoding == ValueEncoding.Int) return false;
        ReadOnlySpan<byte> value = entry.Value;
        if (value.Length < HeaderBytes || !value.StartsWith(Magic)) return false;
        return value[EncodingOffset] == Sparse
            || (value[EncodingOffset] == Dense && value.Length == DenseBytes);
    }

    public static bool IsDense(ReadOnlySpan<byte> value) => value[EncodingOffset] == Dense;

    /// <summary>Writes a header whose cached cardinality is <paramref name="cardinality"/>.</summary>
    public static void WriteHeader(Span<byte> value, byte encoding, long cardinality)
    {
        value[..HeaderBytes].Clear();
        Magic.CopyTo(value);
        value[EncodingOffset] = encoding;
        BinaryPrimitives.WriteInt64LittleEndian(value[CardinalityOffset..], cardinality);
    }

    /// <summary>Writes the <see cref="EmptyBytes"/> of a new, sparse one.</summary>
    public static void WriteEmpty(Span<byte> value)
    {
        WriteHeader(value, Sparse, 0);
        HllSparse.WriteZeros(value[HeaderBytes..], RegisterCount);
    }

    public static void SetStale(Span<byte> value) => value[StaleOffset] |= 0x80;

    public static bool TryCardinality(ReadOnlySpan<byte> value, out long cardinality)
    {
        cardinality = BinaryPrimitives.ReadInt64LittleEndian(value[CardinalityOffset..]);
        return cardinality >= 0;
    }

    public static void SetCardinality(Span<byte> value, long cardinality) =>
        BinaryPrimitives.WriteInt64LittleEndian(value[CardinalityOffset..], cardinality);

    public static long Cardinality(ReadOnlySpan<byte> value) =>
        BinaryPrimitives.ReadInt64LittleEndian(value[CardinalityOffset..]);
}
