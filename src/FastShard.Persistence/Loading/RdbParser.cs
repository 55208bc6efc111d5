using FastShard.Memory;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Loading;

/// <summary>
/// Finds the parts of a file one after the other: each call reads one that is whole, or says what it takes.
/// </summary>
internal sealed class RdbParser
{
    private TextScratch _scratch;

    /// <summary>The version, once the head was read.</summary>
    public int Version { get; private set; }

    /// <summary>The database of the keys that follow.</summary>
    public int Database { get; private set; }

    /// <summary>The last note that was read: a name and a value.</summary>
    public KeyValuePair<string, string> Note { get; private set; }

    /// <summary>The last library of functions that was read.</summary>
    public byte[] Library { get; private set; } = [];

    /// <summary>What makes no sense, or cannot be read here.</summary>
    public string? Error { get; private set; }

    /// <summary>How many bytes more it takes at least, where a part is not whole.</summary>
    public long Missing { get; private set; }

    /// <summary>
    /// Reads the part that <paramref name="bytes"/> begin with, and how long it is.
    /// </summary>
    public PartKind Read(ReadOnlySpan<byte> bytes, out int length, out LoadRecord record)
    {
        RdbReader reader = new(bytes, Version);
        record = new LoadRecord { IdleSeconds = -1, Frequency = -1, Database = Database };
        PartKind kind = Version == 0 ? ReadHead(ref reader) : ReadPart(ref reader, bytes.Length, ref record);
        length = bytes.Length - reader.Left;
        Missing = reader.Missing;
        if (kind == PartKind.Broken && Error is null && Missing > 0) return PartKind.Partial;
        if (kind == PartKind.Broken) Error ??= "what makes no sense";
        return kind;
    }

    public void Dispose() => _scratch.Dispose();

    private PartKind ReadHead(ref RdbReader reader)
    {
        if (!reader.TryRaw(RdbHead.Bytes, out ReadOnlySpan<byte> head)) return PartKind.Broken;
        if (!RdbHead.TryRead(head, out int version)) return Broken("no signature of an RDB file");
        if (!RdbVersion.IsReadable(version)) return Broken($"version {version} of the format, which is not known here");
        Version = version;
        return PartKind.Passed;
    }

    // What stands in front of a key is read together with it.
    private PartKind ReadPart(ref RdbReader reader, int available, ref LoadRecord record)
    {
        while (true)
        {
            int start = available - reader.Left;
            if (!reader.TryByte(out byte code)) return PartKind.Broken;
            switch (code)
            {
                case RdbOpcode.ExpiryMillis:
                    if (!reader.TryMillis(out record.ExpiryMillis)) return PartKind.Broken;
                    record.ExpiryMillis = Math.Max(record.ExpiryMillis, 1);
                    continue;
                case RdbOpcode.ExpirySeconds:
                    if (!reader.TryFour(out uint seconds)) return PartKind.Broken;
                    record.ExpiryMillis = Math.Max(seconds * 1000L, 1);
                    continue;
                case RdbOpcode.Idle:
                    if (!reader.TryNumber(out record.IdleSeconds)) return PartKind.Broken;
                    continue;
                case RdbOpcode.Frequency:
                    if (!reader.TryByte(out byte frequency)) return PartKind.Broken;
                    record.Frequency = frequency;
                    continue;
                case >= RdbOpcode.FirstOpcode:
                    return ReadOpcode(ref reader, code);
            }
            return ReadKey(ref reader, code, start, available, ref record);
        }
    }

    private PartKind ReadKey(ref RdbReader reader, byte type, int start, int available, ref LoadRecord record)
    {
        if (type is 6 or 7) return Broken("a module's value, and there are no modules here");
        if (!reader.TryText(ref _scratch, out ReadOnlySpan<byte> key)) return PartKind.Broken;
        int slot = KeySlot.Of(key);
        if (!ObjectSkim.TrySkip(ref reader, (RdbType)type))
            return reader.Missing > 0 ? PartKind.Broken : Broken($"a value of type {type} that makes no sense");
        record.Start = start;
        record.End = available - reader.Left;
        record.Slot = slot;
        return PartKind.Key;
    }

    private PartKind ReadOpcode(ref RdbReader reader, byte code)
    {
        switch (code)
        {
            case RdbOpcode.SelectDatabase:
                if (!reader.TryLength(out ulong index)) return PartKind.Broken;
                if (index > int.MaxValue) return Broken("a database number that makes no sense");
                Database = (int)index;
                return PartKind.Passed;
            case RdbOpcode.ResizeDatabase:
                return Passed(reader.TryLength(out _) && reader.TryLength(out _));
            case RdbOpcode.SlotInfo:
                return Passed(reader.TryLength(out _) && reader.TryLength(out _) && reader.TryLength(out _));
            case RdbOpcode.Aux:
                return ReadNote(ref reader);
            case RdbOpcode.Function2:
                if (!reader.TryText(ref _scratch, out ReadOnlySpan<byte> library)) return PartKind.Broken;
                Library = library.ToArray();
                return PartKind.Library;
            case RdbOpcode.FunctionEarly:
                return Broken("functions in a form that only candidates of a release wrote");
            case RdbOpcode.ModuleAux:
                return Broken("a module's data, and there are no modules here");
            default:
                return PartKind.End;
        }
    }

    private PartKind ReadNote(ref RdbReader reader)
    {
        if (!reader.TryText(ref _scratch, out ReadOnlySpan<byte> text)) return PartKind.Broken;
        string name = System.Text.Encoding.Latin1.GetString(text);
        if (!reader.TryText(ref _scratch, out text)) return PartKind.Broken;
        Note = new KeyValuePair<string, string>(name, System.Text.Encoding.Latin1.GetString(text));
        return PartKind.Note;
    }

    private static PartKind Passed(bool isRead) => isRead ? PartKind.Passed : PartKind.Broken;

    private PartKind Broken(string what)
    {
        Error = what;
        return PartKind.Broken;
    }
}
