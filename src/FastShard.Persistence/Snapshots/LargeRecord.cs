using FastShard.Engine.Hashes;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sets;
using FastShard.Engine.SortedSets;
using FastShard.Memory;
using FastShard.Native.Diagnostics;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Persistence.Snapshots;

/// <summary>
/// The record of a collection of very many elements, written in steps over several turns of its shard: while one is
/// under way, the collection does not change, because whoever wants to change it finishes the record first.
/// </summary>
internal sealed class LargeRecord
{
    private readonly byte[] _key;
    private readonly ulong _hash;
    private readonly int _slot;
    private long _firstDeadline;
    private long _left;
    private uint _position;
    private ListNodeMark _node;
    private StreamId _master; // of the pack of a stream that was written last
    private int _groups;

    private LargeRecord(SnapshotPart part, in Entry entry)
    {
        Part = part;
        _key = entry.Key.ToArray();
        _hash = KeyHash.Of(_key);
        _slot = entry.Slot;
    }

    /// <summary>The database of the key.</summary>
    public SnapshotPart Part { get; }

    /// <summary>Whether an entry is to be written in steps.</summary>
    public static bool IsLarge(SnapshotPart part, in Entry entry)
    {
        if (!entry.IsStructure) return false;
        return entry.Type switch
        {
            ValueType.Set => new SetValue(part.Home, entry).Count > SnapshotLimits.StepElements,
            ValueType.Hash => new HashValue(part.Home, entry).Count > SnapshotLimits.StepElements,
            ValueType.SortedSet => SortedSetValue.Of(part.Table, entry).Count > SnapshotLimits.StepElements,
            ValueType.List => new QuickList(part.Table.Structure(entry), default).Nodes > SnapshotLimits.StepNodes,
            ValueType.Stream => new StreamEntries(part.Table.Structure(entry)).NodeCount > SnapshotLimits.StepNodes,
            _ => false,
        };
    }

    /// <summary>Writes what stands in front of the first element.</summary>
    public static LargeRecord Begin(
        SnapshotPart part, in Entry entry, NativeBuffer target, TextPlaces texts, int version, UsageNotes usage)
    {
        LargeRecord record = new(part, entry);
        RecordWriter.WriteNotes(part.Home, entry, new RdbWriter(target, version, texts), usage);
        RdbWriter writer = new(target, version, texts, entry.Key);
        switch (entry.Type)
        {
            case ValueType.Set:
                record._left = new SetValue(part.Home, entry).Count;
                writer.Type(RdbType.Set);
                break;
            case ValueType.Hash:
                record.BeginHash(new HashValue(part.Home, entry), writer);
                break;
            case ValueType.List:
                record.BeginList(new QuickList(part.Table.Structure(entry), default), writer);
                return record;
            case ValueType.Stream:
                record.BeginStream(part.Table.Structure(entry), writer);
                return record;
            default:
                record._left = SortedSetValue.Of(part.Table, entry).Count;
                writer.Type(RdbType.SortedSet);
                break;
        }
        writer.Length(record._left);
        return record;
    }

    /// <summary>Whether it is of this entry.</summary>
    public bool IsOf(KeyTable table, in Entry entry) =>
        ReferenceEquals(table, Part.Table) && entry.Slot == _slot && entry.Key.SequenceEqual(_key);

    /// <summary>Finds the entry, which may have been moved meanwhile.</summary>
    public bool TryFind(out Entry entry) => Part.Table.TryFind(_slot, _hash, _key, out entry);

    /// <summary>Writes some more elements; true when it was the last.</summary>
    public bool Step(in Entry entry, NativeBuffer target, TextPlaces texts, int version)
    {
        RdbWriter writer = new(target, version, texts);
        if (entry.Type == ValueType.List) StepList(Part.Table.Structure(entry), writer);
        else if (entry.Type == ValueType.Stream) StepStream(Part.Table.Structure(entry), writer);
        else if (entry.Type == ValueType.SortedSet) StepSortedSet(SortedSetValue.Of(Part.Table, entry), writer);
        else StepTable(new FieldTable(Part.Table.Structure(entry)), entry.Type == ValueType.Hash, writer);
        return _left == 0;
    }

    private void BeginHash(scoped in HashValue hash, in RdbWriter writer)
    {
        _left = hash.Count;
        if (hash.Table.VolatileCount > 0)
        {
            HashWalk walk = hash.Walk();
            while (walk.MoveNext())
            {
                if (walk.DeadlineMillis != 0 && (_firstDeadline == 0 || walk.DeadlineMillis < _firstDeadline))
                    _firstDeadline = walk.DeadlineMillis;
            }
        }
        writer.Type(_firstDeadline == 0 ? RdbType.Hash : RdbType.HashDeadlines);
        if (_firstDeadline != 0) writer.Millis(_firstDeadline);
    }

    private void BeginList(scoped in QuickList list, in RdbWriter writer)
    {
        _left = list.Nodes;
        bool writesPacks = writer.Version >= RdbVersion.Listpacks;
        writer.Type(writesPacks ? RdbType.ListQuicklist2 : RdbType.List);
        writer.Length(writesPacks ? list.Nodes : list.Count);
    }

    // A step for some packs, one for what is to be known of the ids, and one for each group.
    private void BeginStream(scoped in StructureHandle stream, in RdbWriter writer)
    {
        _left = new StreamEntries(stream).NodeCount + 1L + new StreamGroups(stream).Count;
        StreamCodec.WriteHead(stream, writer);
    }

    private void StepStream(scoped in StructureHandle stream, in RdbWriter writer)
    {
        StreamGroups groups = new(stream);
        long packs = _left - 1 - (groups.Count - _groups);
        if (packs > 0)
        {
            bool isFirst = packs == new StreamEntries(stream).NodeCount;
            StepPacks(isFirst ? new StreamNodeReader(stream) : new StreamNodeReader(stream, _master), packs, writer);
            return;
        }
        if (_left > groups.Count) StreamCodec.WriteFacts(stream, writer);
        else GroupCodec.Write(groups[_groups++], writer);
        _left--;
    }

    private void StepPacks(StreamNodeReader nodes, long left, in RdbWriter writer)
    {
        for (int written = 0; written < SnapshotLimits.StepNodes && left > 0; written++, left--)
        {
            bool hasNode = nodes.MoveNext();
            Invariant.Check(hasNode);
            StreamCodec.WriteNode(nodes, writer);
            _master = nodes.MasterId;
            _left--;
        }
    }

    private void StepList(scoped in StructureHandle list, in RdbWriter writer)
    {
        ListNodeReader nodes = _node.IsNull ? new ListNodeReader(list) : new ListNodeReader(_node);
        for (int written = 0; written < SnapshotLimits.StepNodes && _left > 0; written++)
        {
            bool hasNode = nodes.MoveNext();
            Invariant.Check(hasNode);
            ListCodec.WriteNode(nodes.Bytes, nodes.IsPlain, writer);
            _node = nodes.Mark;
            _left--;
        }
    }

    private void StepTable(FieldTable table, bool isHash, in RdbWriter writer)
    {
        Span<FieldEntry> found = stackalloc FieldEntry[32];
        int written = 0;
        do
        {
            int count = table.Scan(ref _position, found);
            written += count;
            foreach (FieldEntry field in found[..count])
            {
                if (_firstDeadline != 0)
                    writer.Length(field.DeadlineMillis == 0 ? 0 : field.DeadlineMillis - _firstDeadline + 1);
                writer.Text(field.FieldElement);
                if (isHash) writer.Text(field.ValueElement);
            }
        }
        while (_position != 0 && written < SnapshotLimits.StepElements);
        _left = _position == 0 ? 0 : _left - written;
    }

    private void StepSortedSet(SortedSetValue set, in RdbWriter writer)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = set.Walk(_left - 1, backwards: true, scratch);
        for (int written = 0; written < SnapshotLimits.StepElements && _left > 0; written++)
        {
            if (!walk.MoveNext()) break;
            writer.Text(walk.Member);
            writer.Double(walk.Score);
            _left--;
        }
    }
}
