using FastShard.Memory;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// All shards' keyspaces and the map from slots to shards. Which of them may be touched, the tokens say.
/// </summary>
public sealed class Dataset
{
    private readonly Keyspace[] _keyspaces;
    private readonly byte[] _owners;

    /// <summary>So many shards, slots in contiguous ranges, so many databases.</summary>
    public Dataset(int shardCount, int databaseCount, HeapMode heapMode = HeapMode.Plain)
    {
        _keyspaces = new Keyspace[shardCount];
        for (int shard = 0; shard < shardCount; shard++)
            _keyspaces[shard] = new Keyspace(shard, databaseCount, heapMode);
        _owners = new byte[KeySlot.Count];
        for (int slot = 0; slot < _owners.Length; slot++)
            _owners[slot] = (byte)KeySlot.ShardOf(slot, shardCount);
        DatabaseCount = databaseCount;
    }

    /// <summary>Number of shards.</summary>
    public int ShardCount => _keyspaces.Length;

    /// <summary>Whether what commands change is journalled. Changed while all shards are held.</summary>
    public bool IsJournalled { get; private set; }

    /// <summary>Number of logical databases.</summary>
    public int DatabaseCount { get; }

    /// <summary>Until which size collections are kept packed.</summary>
    public EncodingLimits Encodings { get; } = new();

    /// <summary>It is a cluster's: slots come and go, in all databases at once.</summary>
    public bool IsClustered { get; set; }

    /// <summary>Keys of a slot in all databases; its shard is held.</summary>
    public long KeysInSlot(int slot)
    {
        long keys = 0;
        for (int database = 0; database < DatabaseCount; database++)
            keys += _keyspaces[_owners[slot]].Existing(database)?.Table.SlotKeyCount(slot) ?? 0;
        return keys;
    }

    /// <summary>Called when all databases were emptied; all shards are held.</summary>
    public Action? FlushedAll { get; set; }

    /// <summary>Called when one database or all were emptied, whatever the reason; all shards are held.</summary>
    public Action? Flushed { get; set; }

    /// <summary>One shard's keyspace.</summary>
    public Keyspace this[int shard] => _keyspaces[shard];

    /// <summary>All of them, by shard index.</summary>
    public ReadOnlySpan<Keyspace> Keyspaces => _keyspaces;

    /// <summary>Slots whose keys are not to be seen; null = none.</summary>
    public HiddenSlots? Hidden => _keyspaces[0].Hidden;

    /// <summary>Says which; any thread.</summary>
    public void Hide(HiddenSlots? hidden)
    {
        foreach (Keyspace keyspace in _keyspaces) keyspace.Hidden = hidden;
    }

    /// <summary>Keys of a database that are to be seen.</summary>
    public static long CountVisible(Keyspace keyspace, int database)
    {
        if (keyspace.Existing(database) is not { Table: { } table }) return 0;
        return table.Count - (keyspace.Hidden?.CountIn(table).Keys ?? 0);
    }

    /// <summary>Begins or ends the journals of all shards.</summary>
    public void Journal(bool isOn)
    {
        IsJournalled = isOn;
        foreach (Keyspace keyspace in _keyspaces) keyspace.Effects.IsOn = isOn;
    }

    /// <summary>The shard that owns a slot.</summary>
    public int ShardOf(int slot) => _owners[slot];

    /// <summary>
    /// The first slot behind <paramref name="slot"/> that another shard owns; the number of slots if none.
    /// </summary>
    public int EndOfRun(int slot)
    {
        int length = _owners.AsSpan(slot).IndexOfAnyExcept(_owners[slot]);
        return length < 0 ? _owners.Length : slot + length;
    }

    /// <summary>Empties all databases; all shards are held.</summary>
    public void FlushAll()
    {
        foreach (Keyspace keyspace in _keyspaces)
        {
            for (int database = 0; database < DatabaseCount; database++) keyspace.Flush(database);
        }
        Flushed?.Invoke();
    }

    /// <summary>Empties one database; all shards are held.</summary>
    public void Flush(int database)
    {
        foreach (Keyspace keyspace in _keyspaces) keyspace.Flush(database);
        Flushed?.Invoke();
    }

    /// <summary>The part of a logical database that owns a slot.</summary>
    public Database Home(int slot, int database) => _keyspaces[_owners[slot]][database];
}
