using System.Buffers.Binary;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Commands;

/// <summary>
/// What DUMP gives and RESTORE takes:
/// <code>
///   | type, 1 | object | version, 2, little endian | checksum of all before, 8, little endian |
/// </code>
/// </summary>
public static class DumpPayload
{
    private const int VersionBytes = 2;
    private const int FooterBytes = VersionBytes + Crc64.Bytes;

    /// <summary>Appends an entry's payload to an empty buffer.</summary>
    public static void Write(Database home, in Entry entry, NativeBuffer target) =>
        Write(home, entry, target, RdbSettings.Version, RdbSettings.Compresses);

    /// <summary>The same in a version of one's choice; a newer one where that has no words for the value.</summary>
    public static void Write(Database home, in Entry entry, NativeBuffer target, int version, bool compresses)
    {
        version = ObjectWriter.VersionFor(home, entry, version);
        RdbWriter writer = new(target, version, compresses);
        ObjectWriter.Write(home, entry, writer);
        Span<byte> footer = stackalloc byte[FooterBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(footer, (ushort)version);
        writer.Raw(footer[..VersionBytes]);
        BinaryPrimitives.WriteUInt64LittleEndian(footer[VersionBytes..], Crc64.Append(0, target.Bytes));
        writer.Raw(footer[VersionBytes..]);
    }

    /// <summary>
    /// Takes the frame off; false when the version cannot be read or the checksum is wrong.

    /// </summary>
    public static bool TryOpen(ReadOnlySpan<byte> payload, out RdbReader reader)
    {
        reader = default;
        if (payload.Length < FooterBytes) return false;
        ReadOnlySpan<byte> footer = payload[^FooterBytes..];
        int version = BinaryPrimitives.ReadUInt16LittleEndian(footer);
        ulong told = BinaryPrimitives.ReadUInt64LittleEndian(footer[VersionBytes..]);
        if (!RdbVersion.IsReadable(version)) return false;
        if (told != Crc64.Append(0, payload[..^Crc64.Bytes])) return false;
        reader = new RdbReader(payload[..^FooterBytes], version);
        return true;
    }

    /// <summary>Makes the target of what is in the frame; false, and no key, where that is no value.</summary>
    public static bool TryRead(ref RdbReader reader, in ObjectTarget target)
    {
        if (!reader.TryByte(out byte type)) return false;
        if (ObjectReader.Read(ref reader, (RdbType)type, target) != ReadOutcome.Done) return false;
        if (reader.IsAtEnd) return true;
        target.Discard();
        return false;
    }
}
