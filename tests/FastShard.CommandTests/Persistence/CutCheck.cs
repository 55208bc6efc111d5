using System.Text;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Loading;
using FastShard.Persistence.Rdb;
using FastShard.Persistence.Snapshots;

namespace FastShard.CommandTests.Persistence;

/// <summary>
/// Something happens to the data while a snapshot runs that has not taken anything yet: the snapshot must have every
/// key as it was before, byte for byte.
/// </summary>
public sealed class CutCheck : IDisposable
{
    private static readonly SnapshotSettings Settings = new()
    {
        Version = RdbVersion.FieldDeadlines, Compresses = false,
    };

    private readonly Dictionary<(int Database, string Key), string> _before;
    private readonly MemorySink _sink = new();
    private readonly Snapshot _snapshot;

    private CutCheck(Dataset dataset)
    {
        _before = Now(dataset);
        _snapshot = Snapshot.Begin(dataset, Settings, _sink);
    }

    /// <summary>The cut.</summary>
    public static CutCheck Begin(Dataset dataset) => new(dataset);

    /// <summary>Takes what was not taken yet; throws where the snapshot is not of the moment of the cut.</summary>
    public void Finish()
    {
        Thread writer = new(_snapshot.Write);
        writer.Start();
        _snapshot.WalkAll();
        writer.Join();
        if (!_sink.IsComplete) throw new InvalidOperationException($"the snapshot has failed: {_snapshot.Error}");
        Dictionary<(int Database, string Key), string> taken = In(_sink.Bytes);
        foreach (((int Database, string Key) place, string record) in _before)
        {
            if (!taken.Remove(place, out string? told)) throw new InvalidOperationException($"{place} is missing");
            if (told != record) throw new InvalidOperationException($"{place} is {told} and not {record}");
        }
        foreach ((int Database, string Key) place in taken.Keys)
            throw new InvalidOperationException($"{place} was not there at the cut");
    }

    public void Dispose()
    {
        _snapshot.Dispose();
        _sink.Dispose();
    }

    /// <summary>Every key's record as it is now.</summary>
    public static Dictionary<(int Database, string Key), string> Now(Dataset dataset)
    {
        Dictionary<(int Database, string Key), string> records = [];
        using NativeBuffer buffer = new(0);
        Span<Entry> entries = new Entry[64];
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            for (int index = 0; index < keyspace.DatabaseCount; index++)
            {
                if (keyspace.Existing(index) is not { } home) continue;
                for (int slot = Next(home.Table, 0); slot >= 0; slot = Next(home.Table, slot + 1))
                {
                    uint position = 0;
                    do
                    {
                        int count = home.Table.Scan(slot, ref position, entries);
                        foreach (Entry entry in entries[..count])
                        {
                            buffer.Clear();
                            RecordWriter.Write(home, entry, buffer, null, Settings.Version, UsageNotes.None);
                            records[(index, Encoding.Latin1.GetString(entry.Key))] = Convert.ToHexString(buffer.Bytes);
                        }
                    }
                    while (position != 0);
                }
            }
        }
        return records;
    }

    /// <summary>Every key's record in a file; a key that is there twice throws.</summary>
    public static Dictionary<(int Database, string Key), string> In(ReadOnlySpan<byte> file)
    {
        Dictionary<(int Database, string Key), string> records = [];
        RdbParser parser = new();
        while (true)
        {
            PartKind kind = parser.Read(file, out int length, out LoadRecord record);
            if (kind == PartKind.End) return records;
            if (kind is PartKind.Broken or PartKind.Partial) throw new FormatException(parser.Error);
            if (kind == PartKind.Key)
            {
                RdbReader reader = new(file[record.Start..record.End], parser.Version);
                TextScratch scratch = default;
                _ = reader.TryByte(out _);
                _ = reader.TryText(ref scratch, out ReadOnlySpan<byte> key);
                string name = Encoding.Latin1.GetString(key);
                scratch.Dispose();
                records.Add((record.Database, name), Convert.ToHexString(file[..length]));
            }
            file = file[length..];
        }
    }

    private static int Next(KeyTable table, int slot) => slot < KeySlot.Count ? table.NextSlot(slot) : -1;
}
