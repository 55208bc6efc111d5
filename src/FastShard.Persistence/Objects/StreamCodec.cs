using System.Buffers.Binary;
using FastShard.Memory;
using FastShard.Persistence.Rdb;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Persistence.Objects;

/// <summary>
/// Streams: the packs as they are, what is to be known of the ids, and the consumer groups (<see cref="GroupCodec"/>).
/// Idempotent producers have no place in these versions: what they sent before is not written.
/// </summary>
internal static class StreamCodec
{
    private const int IdBytes = 16;

    // A node is at least a master id with its length, and an empty pack with its length.
    private const int NodeBytesMin = IdBytes + Listpack.EmptyBytes + 2;

    public static void Write(KeyTable table, in Entry entry, in RdbWriter writer)
    {
        StructureHandle handle = table.Structure(entry);
        StreamNodeReader nodes = new(handle);
        StreamGroups groups = new(handle);
        WriteHead(handle, writer);
        while (nodes.MoveNext()) WriteNode(nodes, writer);
        WriteFacts(handle, writer);
        for (int index = 0; index < groups.Count; index++) GroupCodec.Write(groups[index], writer);
    }

    /// <summary>What stands in front of the packs.</summary>
    public static void WriteHead(scoped in StructureHandle stream, in RdbWriter writer)
    {
        writer.Type(TypeFor(writer.Version));
        writer.Length(new StreamEntries(stream).NodeCount);
    }

    /// <summary>One pack.</summary>
    public static void WriteNode(scoped in StreamNodeReader node, in RdbWriter writer)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        WriteRaw(node.MasterId, id);
        writer.Text(id);
        writer.Text(node.Pack);
    }

    /// <summary>What stands between the packs and the groups.</summary>
    public static void WriteFacts(scoped in StructureHandle stream, in RdbWriter writer)
    {
        StreamEntries entries = new(stream);
        writer.Length(entries.Length);
        Write(entries.LastId, writer);
        if (HasProgress(writer.Version))
        {
            Write(entries.FirstId, writer);
            Write(entries.MaxDeletedId, writer);
            writer.Length(entries.EntriesAdded);
        }
        writer.Length(new StreamGroups(stream).Count);
    }

    public static ReadOutcome Read(ref RdbReader reader, RdbType type, in ObjectTarget target)
    {
        StructureHandle handle = target.InsertStructure(
            ValueType.Stream, ValueEncoding.Stream, StreamEntries.RootBytes);
        StreamEntries entries = new(handle);
        if (!TryNodes(ref reader, entries)) return ReadOutcome.Malformed;
        if (!reader.TryNumber(out long length) || length != entries.Length) return ReadOutcome.Malformed;
        if (!TryIds(ref reader, type, handle, entries)) return ReadOutcome.Malformed;
        if (!reader.TryCount(1, out int groups)) return ReadOutcome.Malformed;
        for (; groups > 0; groups--)
        {
            if (!GroupCodec.TryRead(ref reader, type, handle)) return ReadOutcome.Malformed;
        }
        return ReadOutcome.Done;
    }

    /// <summary>Whether a version knows how many entries were added and read.</summary>
    public static bool HasProgress(int version) => version >= RdbVersion.Listpacks;

    /// <summary>An id as two numbers.</summary>
    public static void Write(StreamId id, in RdbWriter writer)
    {
        writer.Length(id.Millis);
        writer.Length(id.Sequence);
    }

    /// <summary>An id as 16 bytes, which are in the order of ids.</summary>
    public static void WriteRaw(StreamId id, Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, id.Millis);
        BinaryPrimitives.WriteUInt64BigEndian(target[sizeof(ulong)..], id.Sequence);
    }

    public static bool TryId(ref RdbReader reader, out StreamId id)
    {
        id = default;
        if (!reader.TryLength(out ulong millis) || !reader.TryLength(out ulong sequence)) return false;
        id = new StreamId(millis, sequence);
        return true;
    }

    public static bool TryRawId(ref RdbReader reader, out StreamId id)
    {
        bool isRead = reader.TryRaw(IdBytes, out ReadOnlySpan<byte> bytes);
        id = isRead ? RawId(bytes) : default;
        return isRead;
    }

    private static RdbType TypeFor(int version) => version switch
    {
        < RdbVersion.Listpacks => RdbType.Stream,
        < RdbVersion.ListpackSets => RdbType.Stream2,
        _ => RdbType.Stream3,
    };

    private static StreamId RawId(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    private static bool TryNodes(ref RdbReader reader, scoped in StreamEntries entries)
    {
        if (!reader.TryCount(NodeBytesMin / 2, out int count)) return false;
        TextScratch scratch = default;
        bool areRead = true;
        for (; count > 0 && areRead; count--)
        {
            areRead = reader.TryText(ref scratch, out ReadOnlySpan<byte> master) && master.Length == IdBytes;
            StreamId id = areRead ? RawId(master) : default;
            areRead = areRead && reader.TryText(ref scratch, out ReadOnlySpan<byte> pack)
                && entries.TryAddNode(id, pack);
        }
        scratch.Dispose();
        return areRead;
    }

    private static bool TryIds(
        ref RdbReader reader, RdbType type, scoped in StructureHandle handle, scoped in StreamEntries entries)
    {
        StreamEntries changed = entries;
        if (!TryId(ref reader, out StreamId last) || last < entries.LastHeldId) return false;
        changed.LastId = last;
        changed.EntriesAdded = entries.Length;
        // What is told of the first entry is passed over: it can be seen.
        StreamEntryReader first = new(handle, StreamId.Zero, StreamId.Max, isBackwards: false);
        changed.FirstId = first.MoveNext() ? first.Id : StreamId.Zero;
        if (type == RdbType.Stream) return true;
        if (!TryId(ref reader, out _) || !TryId(ref reader, out StreamId deleted)) return false;
        if (!reader.TryNumber(out long added) || added < entries.Length || deleted > last) return false;
        changed.MaxDeletedId = deleted;
        changed.EntriesAdded = added;
        return true;
    }
}
