using System.Buffers.Binary;
using System.Text;
using FastShard.Memory;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Snapshots;

/// <summary>
/// The bytes of a file, from the head to the checksum: what shards wrote is compressed here, on the writer's thread.
/// <code>
///   | REDIS, version as 4 digits | notes | functions | sizes | records of all shards | end, 1 | checksum, 8 |
/// </code>
/// </summary>
internal sealed class SnapshotStream : IDisposable
{
    private readonly NativeBuffer _output = new(SnapshotLimits.OutputBytes, BufferUse.Snapshot);
    private readonly ISnapshotSink _sink;
    private readonly SnapshotSettings _settings;
    private readonly int _version;
    private ulong _crc;

    public SnapshotStream(ISnapshotSink sink, SnapshotSettings settings, int version)
    {
        _sink = sink;
        _settings = settings;
        _version = version;
    }

    /// <summary>Bytes that the sink took.</summary>
    public long WrittenBytes { get; private set; }

    private RdbWriter Writer => new(_output, _version, _settings.Compresses);

    /// <summary>Everything in front of the records.</summary>
    public string? Begin(ReadOnlySpan<DatabaseSize> sizes)
    {
        RdbWriter writer = Writer;
        Span<byte> magic = stackalloc byte[RdbHead.Bytes];
        RdbHead.Write(_version, magic);
        writer.Raw(magic);
        foreach (KeyValuePair<string, string> note in _settings.Notes) Note(writer, note);
        foreach (KeyValuePair<string, string> note in _settings.LateNotes?.Invoke() ?? []) Note(writer, note);
        foreach (byte[] library in _settings.Functions)
        {
            writer.Byte(RdbOpcode.Function2);
            writer.Text(library);
        }
        foreach (DatabaseSize size in sizes)
        {
            writer.Byte(RdbOpcode.SelectDatabase);
            writer.Length(size.Index);
            writer.Byte(RdbOpcode.ResizeDatabase);
            writer.Length(size.Keys);
            writer.Length(size.VolatileKeys);
        }
        return Flush();
    }

    /// <summary>A shard's records.</summary>
    public string? Append(SnapshotChunk chunk)
    {
        ReadOnlySpan<byte> records = chunk.Records.Bytes;
        int done = 0;
        if (_settings.Compresses)
        {
            foreach (int place in chunk.Texts.All)
            {
                RdbReader reader = new(records[place..], _version);
                _ = reader.TryLength(out ulong length);
                int begin = records.Length - reader.Left;
                if (length > SnapshotLimits.CompressedTextMax) continue;
                if (Copy(records[done..place]) is { } failure) return failure;
                done = place;
                if (Writer.TryCompressed(records.Slice(begin, (int)length))) done = begin + (int)length;
            }
        }
        return Copy(records[done..]);
    }

    /// <summary>The end and the checksum.</summary>
    public string? End()
    {
        Writer.Byte(RdbOpcode.End);
        if (Flush() is { } failure) return failure;
        Span<byte> checksum = stackalloc byte[Crc64.Bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, _settings.HasChecksum ? _crc : 0);
        WrittenBytes += checksum.Length;
        return _sink.Write(checksum);
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private static void Note(in RdbWriter writer, KeyValuePair<string, string> note)
    {
        writer.Byte(RdbOpcode.Aux);
        writer.Text(Encoding.ASCII.GetBytes(note.Key));
        writer.Text(Encoding.ASCII.GetBytes(note.Value));
    }

    private string? Copy(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(bytes.Length, SnapshotLimits.OutputBytes)];
            Writer.Raw(part);
            bytes = bytes[part.Length..];
            if (_output.Length >= SnapshotLimits.OutputBytes && Flush() is { } failure) return failure;
        }
        return null;
    }

    private string? Flush()
    {
        if (_output.Length == 0) return null;
        if (_settings.HasChecksum) _crc = Crc64.Append(_crc, _output.Bytes);
        string? failure = _sink.Write(_output.Bytes);
        WrittenBytes += _output.Length;
        _output.Clear();
        return failure;
    }
}
