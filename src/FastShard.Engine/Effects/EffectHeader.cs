using System.Buffers.Binary;

namespace FastShard.Engine.Effects;

/// <summary>What stands in front of each effect in a journal: how many bytes follow, for which database.</summary>
public readonly record struct EffectHeader(int Length, int Database, EffectFlags Flags)
{
    /// <summary>Bytes of a header.</summary>
    public const int Bytes = 8;

    private const int DatabaseAt = 4;
    private const int FlagsAt = 7;
    private const int DatabaseMask = 0xFFFFFF;

    /// <summary>Reads the header at the beginning of <paramref name="bytes"/>.</summary>
    public static EffectHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[DatabaseAt..]) & DatabaseMask,
        (EffectFlags)bytes[FlagsAt]);

    /// <summary>Writes the header of an effect that is empty so far.</summary>
    internal static void Write(Span<byte> bytes, int database)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[DatabaseAt..], database);
    }

    internal static void SetLength(Span<byte> bytes, int length) =>
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);

    internal static void AddFlags(Span<byte> bytes, EffectFlags flags) => bytes[FlagsAt] |= (byte)flags;
}
