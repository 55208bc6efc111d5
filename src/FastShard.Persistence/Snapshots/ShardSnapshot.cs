// A snapshot's way through one shard. At the cut the shard's heap turns its mark over, so that all entries are
// untaken; an entry is taken by writing its record into a chunk and giving it the heap's mark. Two take entries:
//
//   the walk          goes through all tables, slot by slot, a little at the end of each turn
//   copy before write what is about to change or to go is taken first, wherever the walk is
//
// Entries made after the cut have the mark from the beginning. So at the end of the walk all entries have it, and the
// next snapshot begins by turning it over. One that is given up walks on to its end and only marks.

using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Native.Diagnostics;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Snapshots;

/// <summary>Takes the entries of one shard. Touched only by whoever holds the shard.</summary>
public sealed class ShardSnapshot : IEntryTaker
{
    private const int ScanEntries = 32;

    private readonly Snapshot _whole;
    private readonly Keyspace _keyspace;
    private readonly List<SnapshotPart> _parts = [];
    private int _part;
    private int _slot;
    private uint _position;
    private LargeRecord? _large;
    private SnapshotChunk? _chunk;

    // While a large record is under way, copies of other keys cannot stand in its midst.
    private SnapshotChunk? _copies;
    private SnapshotPart? _chunkPart;
    private SnapshotPart? _copiesPart;

    internal ShardSnapshot(Snapshot whole, Keyspace keyspace)
    {
        _whole = whole;
        _keyspace = keyspace;
        for (int index = 0; index < keyspace.DatabaseCount; index++)
        {
            if (keyspace.Existing(index) is { Table.Count: > 0 } database)
                _parts.Add(new SnapshotPart(database, index));
        }
        keyspace.Heap.BeginTaking(this);
    }

    /// <summary>Keys that were taken.</summary>
    public long TakenKeys { get; private set; }

    /// <summary>Bytes of records that were written because their keys were about to change.</summary>
    public long CopiedBytes { get; private set; }

    /// <summary>Every entry is taken.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether a step would find room to write into.</summary>
    public bool IsPaused =>
        _whole.State == SnapshotState.Running
        && _whole.Queue.WaitingBytes(_keyspace.ShardIndex) >= SnapshotLimits.WaitingBytesMax;

    /// <summary>Walks on until a time on the monotonic clock; at least one step.</summary>
    public WalkOutcome Walk(long untilNanos)
    {
        while (!IsFinished)
        {
            if (_whole.State != SnapshotState.Running) MarkSome();
            else if (IsPaused) return WalkOutcome.Paused;
            else if (_large is not null) StepLarge();
            else TakeSome();
            if (SystemClock.MonotonicNanos() >= untilNanos) break;
        }
        return IsFinished ? WalkOutcome.Finished : WalkOutcome.More;
    }

    /// <inheritdoc/>
    public void Take(KeyTable table, in Entry entry)
    {
        if (_whole.State != SnapshotState.Running)
        {
            table.MarkTaken(entry);
            return;
        }
        if (_large is { } large && large.IsOf(table, entry))
        {
            while (_large is not null) StepLarge();
            return;
        }
        SnapshotPart part = PartOf(table);
        if (_large is null) CopiedBytes += Write(part, entry, ref _chunk, ref _chunkPart);
        else CopiedBytes += Write(part, entry, ref _copies, ref _copiesPart);
    }

    /// <inheritdoc/>
    public void Detached(KeyTable live, KeyTable detached)
    {
        if (_whole.State != SnapshotState.Running) return;
        for (int index = _part; index < _parts.Count; index++)
        {
            if (!ReferenceEquals(_parts[index].Table, live)) continue;
            _parts[index].Table = detached;
            detached.IsHeld = true;
        }
    }

    private void TakeSome()
    {
        if (!TryFindSlot(out SnapshotPart? part)) return;
        Span<Entry> found = stackalloc Entry[ScanEntries];
        uint position = _position;
        int count = part!.Table.Scan(_slot, ref position, found);
        foreach (Entry entry in found[..count])
        {
            if (!part.Table.IsUntaken(entry)) continue;
            if (LargeRecord.IsLarge(part, entry))
            {
                // The place is looked at again afterwards, for what else is there.
                BeginLarge(part, entry);
                return;
            }
            Write(part, entry, ref _chunk, ref _chunkPart);
        }
        Advance(position);
    }

    private void MarkSome()
    {
        _large = null;
        if (!TryFindSlot(out SnapshotPart? part)) return;
        Span<Entry> found = stackalloc Entry[ScanEntries];
        uint position = _position;
        int count = part!.Table.Scan(_slot, ref position, found);
        foreach (Entry entry in found[..count])
        {
            if (part.Table.IsUntaken(entry)) part.Table.MarkTaken(entry);
        }
        Advance(position);
    }

    private void Advance(uint position)
    {
        _position = position;
        if (position == 0) _slot++;
    }

    /// <summary>Goes to the next slot with keys; false when a table is at its end.</summary>
    private bool TryFindSlot(out SnapshotPart? part)
    {
        part = null;
        if (_part == _parts.Count)
        {
            Finish();
            return false;
        }
        part = _parts[_part];
        // What was flushed needs no marks where nobody wants it any more.
        bool isOver = _slot >= KeySlot.Count
            || (_whole.State != SnapshotState.Running && !ReferenceEquals(part.Table, part.Home.Table));
        int slot = isOver ? -1 : part.Table.NextSlot(_slot);
        if (slot < 0)
        {
            part.Table.IsHeld = false;
            _part++;
            _slot = 0;
            _position = 0;
            return false;
        }
        if (slot != _slot) _position = 0;
        _slot = slot;
        return true;
    }

    private SnapshotPart PartOf(KeyTable table)
    {
        foreach (SnapshotPart part in _parts)
        {
            if (ReferenceEquals(part.Table, table)) return part;
        }
        Invariant.Check(_parts.Count < 0); // an untaken entry of a table that had none at the cut
        return _parts[0];
    }

    private long Write(SnapshotPart part, in Entry entry, ref SnapshotChunk? chunk, ref SnapshotPart? chunkPart)
    {
        NativeBuffer records = Open(part, ref chunk, ref chunkPart);
        int before = records.End;
        RecordWriter.Write(part.Home, entry, records, chunk!.Texts, _whole.Version, _whole.Usage);
        NoteTaken(part, entry);
        chunk!.Keys++;
        long bytes = records.End - before;
        if (records.Length >= SnapshotLimits.ChunkBytes) Post(ref chunk);
        return bytes;
    }

    private NativeBuffer Open(SnapshotPart part, ref SnapshotChunk? chunk, ref SnapshotPart? chunkPart)
    {
        bool isNew = chunk is null;
        chunk ??= _whole.Queue.Rent(_keyspace.ShardIndex);
        if (isNew || !ReferenceEquals(chunkPart, part))
        {
            RdbWriter writer = new(chunk.Records, _whole.Version, places: null);
            writer.Byte(RdbOpcode.SelectDatabase);
            writer.Length(part.Index);
            chunkPart = part;
        }
        return chunk.Records;
    }

    private void NoteTaken(SnapshotPart part, in Entry entry)
    {
        part.Table.MarkTaken(entry);
        TakenKeys++;
    }

    private void BeginLarge(SnapshotPart part, in Entry entry)
    {
        NativeBuffer records = Open(part, ref _chunk, ref _chunkPart);
        _large = LargeRecord.Begin(part, entry, records, _chunk!.Texts, _whole.Version, _whole.Usage);
    }

    private void StepLarge()
    {
        LargeRecord large = _large!;
        bool isFound = large.TryFind(out Entry entry);
        Invariant.Check(isFound);
        _chunk ??= _whole.Queue.Rent(_keyspace.ShardIndex);
        bool isWhole = large.Step(entry, _chunk.Records, _chunk.Texts, _whole.Version);
        if (!isWhole)
        {
            if (_chunk.Records.Length < SnapshotLimits.ChunkBytes) return;
            _chunk.IsContinued = true;
            Post(ref _chunk);
            return;
        }
        NoteTaken(large.Part, entry);
        _chunk.Keys++;
        _large = null;
        Post(ref _chunk);
        if (_copies is not null) Post(ref _copies);
    }

    private void Post(ref SnapshotChunk? chunk)
    {
        SnapshotChunk full = chunk!;
        chunk = null;
        _whole.Queue.Post(full);
    }

    private void Finish()
    {
        IsFinished = true;
        _keyspace.Heap.EndTaking();
        _chunk ??= _whole.Queue.Rent(_keyspace.ShardIndex);
        _chunk.IsLast = true;
        Post(ref _chunk);
        _copies?.Dispose();
        _whole.NoteWalked();
    }
}
