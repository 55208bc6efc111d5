// One shard's part of slots that go to another node: its walk over their keys, and what follows of changes.
//
// A key that the walk has passed is at the target as it was then, and each change of it follows as the journal has it.
// A key that it has not passed goes there later, as it will be. A command of several keys of which only some were
// passed cannot follow as it is: the target lacks the others. Then the passed ones follow as they are now; and since
// the journal that is being read may have more about them, which is in them already, that is left out.

using FastShard.Cluster.Migrations;
using FastShard.Cluster.State;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Text;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Persistence.Commands;
using FastShard.Persistence.Rdb;
using FastShard.Server.Sharding;

namespace FastShard.Server.Migration;

/// <summary>Keys of one shard on their way. Touched by the holder of the shard.</summary>
internal sealed class ShardExport(SlotExport export, Keyspace keyspace, SlotSet slots) : IDisposable
{
    private const int StepKeys = 32;
    private const long PortionNanos = 50_000;
    private const int BusyShare = 4; // of the time between two portions, while clients have commands
    private const long AheadBytes = 2 * 1024 * 1024;

    private readonly ExportCursor _cursor = new(slots);
    private readonly NativeBuffer _payload = new(0, BufferUse.Journal);
    private readonly HashSet<byte[]> _fresh = new(BytesComparer.Instance);
    private ExportChunk _chunk = export.Queue.Rent();
    private long _nextNanos;
    private long _commands;

    /// <summary>Every key was sent once.</summary>
    public bool IsWalked => _cursor.IsAtEnd;

    /// <summary>The slot goes with this one.</summary>
    public bool Covers(int slot) => _cursor.Covers(slot);

    /// <summary>
    /// Walks on for a moment, when nothing waits in the shard's journal. Returns for how many milliseconds the shard
    /// may sleep as far as this goes.
    /// </summary>
    public int Walk(Shard shard)
    {
        if (_cursor.IsAtEnd) return int.MaxValue;
        long began = SystemClock.MonotonicNanos();
        if (began < _nextNanos || export.Queue.WaitingBytes > AheadBytes || !export.MayWalk) return 1;
        bool isBusy = shard.Statistics.Counters.Commands != _commands;
        _commands = shard.Statistics.Counters.Commands;
        long now = began;
        while (!_cursor.IsAtEnd && now - began < PortionNanos && export.MayWalk)
        {
            Step();
            now = SystemClock.MonotonicNanos();
        }
        Hand();
        if (isBusy) _nextNanos = now + ((now - began) * BusyShare);
        if (!_cursor.IsAtEnd) return isBusy ? 1 : 0;
        export.NoteWalked();
        return int.MaxValue;
    }

    /// <summary>A change of one key of the slots.</summary>
    public void Follow(int slot, ReadOnlySpan<byte> key, ReadOnlySpan<byte> effect)
    {
        if (!IsPassed(slot, key) || (_fresh.Count > 0 && IsFresh(key))) return;
        Add(effect);
    }

    /// <summary>A change of several.</summary>
    public void Follow(int slot, in ArgumentView arguments, KeyPositions keys, ReadOnlySpan<byte> effect)
    {
        bool isWhole = true;
        for (int key = 0; key < keys.Count; key++)
        {
            ReadOnlySpan<byte> name = arguments[keys[key]];
            isWhole &= IsPassed(slot, name) && !(_fresh.Count > 0 && IsFresh(name));
        }
        if (isWhole)
        {
            Add(effect);
            return;
        }
        for (int key = 0; key < keys.Count; key++)
        {
            ReadOnlySpan<byte> name = arguments[keys[key]];
            if (!IsPassed(slot, name) || IsFresh(name)) continue;
            _fresh.Add(name.ToArray());
            AddAsItIs(slot, name);
        }
    }

    /// <summary>The journal was read.</summary>
    public void EndJournal()
    {
        if (_fresh.Count > 0) _fresh.Clear();
        Hand();
    }

    public void Dispose()
    {
        export.Queue.Return(_chunk);
        _payload.Dispose();
    }

    private bool IsFresh(ReadOnlySpan<byte> key) =>
        _fresh.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(key);

    private bool IsPassed(int slot, ReadOnlySpan<byte> key)
    {
        if (_cursor.IsAtEnd || slot < _cursor.Slot) return true;
        return slot == _cursor.Slot && _cursor.IsPassed(slot, (uint)(KeyHash.Of(key) >> 32));
    }

    private void Step()
    {
        Span<Entry> found = stackalloc Entry[StepKeys];
        Database home = keyspace[0];
        uint position = _cursor.Position;
        int before = _chunk.Bytes.Length;
        int count = 0;
        if (home.Table.SlotKeyCount(_cursor.Slot) > 0) count = home.Table.Scan(_cursor.Slot, ref position, found);
        else position = 0;
        foreach (Entry entry in found[..count]) AddValue(home, entry);
        _cursor.Advance(position);
        export.NoteWalkedBytes(_chunk.Bytes.Length - before);
    }

    private void AddAsItIs(int slot, ReadOnlySpan<byte> key)
    {
        Database home = keyspace[0];
        if (home.Table.TryFind(slot, KeyHash.Of(key), key, out Entry entry))
        {
            AddValue(home, entry);
            return;
        }
        KeyMove.WriteHead(_chunk.Bytes, 2);
        KeyMove.WriteWord(_chunk.Bytes, "DEL"u8);
        KeyMove.WriteWord(_chunk.Bytes, key);
        _chunk.Requests++;
    }

    private void AddValue(Database home, in Entry entry)
    {
        _payload.Clear();
        DumpPayload.Write(home, entry, _payload, RdbSettings.Version, compresses: false);
        NativeBuffer target = _chunk.Bytes;
        KeyMove.WriteHead(target, 6);
        KeyMove.WriteWord(target, "RESTORE"u8);
        KeyMove.WriteWord(target, entry.Key);
        KeyMove.WriteNumber(target, entry.HasExpiry ? entry.ExpiryMillis : 0);
        KeyMove.WriteWord(target, _payload.Bytes);
        KeyMove.WriteWord(target, "REPLACE"u8);
        KeyMove.WriteWord(target, "ABSTTL"u8);
        _chunk.Requests++;
    }

    private void Add(ReadOnlySpan<byte> effect)
    {
        _chunk.Bytes.EnsureFree(effect.Length);
        effect.CopyTo(_chunk.Bytes.Free);
        _chunk.Bytes.Commit(effect.Length);
        _chunk.Requests++;
    }

    private void Hand()
    {
        if (_chunk.Requests == 0) return;
        export.Queue.Add(_chunk);
        _chunk = export.Queue.Rent();
    }
}
