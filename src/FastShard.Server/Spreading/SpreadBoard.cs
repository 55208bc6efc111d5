// Which keys are to be spread, which of them are just now, and the changes from one to the other. All of it
// happens while every shard is held, so what a shard's holder sees stands still as long as it holds the shard.

using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Spreading;

/// <summary>The keys that are spread, or are to be.</summary>
internal sealed class SpreadBoard
{
    // Longer and longer for a key that commands keep asking for as a whole.
    private const long PauseMin = 100;
    private const long PauseMax = 3200;

    private readonly FastShardServer _server;
    private readonly SpreadMap _map = new();
    private readonly List<SpreadItem> _items = [];
    private long _goneOperations;
    private long _goneCopyOperations;

    public SpreadBoard(FastShardServer server)
    {
        _server = server;
        foreach (Keyspace keyspace in server.Dataset.Keyspaces) keyspace.Spread = _map;
    }

    /// <summary>The keys that are spread; null while there are none: the one question of the common case.</summary>
    public SpreadMap? Active { get; private set; }

    /// <summary>All that are to be, whether they are or not.</summary>
    public IReadOnlyList<SpreadItem> Items => _items;

    /// <summary>The rules by which keys are spread by themselves.</summary>
    public List<SpreadRule> Rules { get; } = [];

    /// <summary>Commands that were run on spread counters by any shard.</summary>
    public long Operations => _goneOperations + Sum(SpreadKinds.Counter);

    /// <summary>Reads that were answered from a copy.</summary>
    public long CopyOperations => _goneCopyOperations + Sum(SpreadKinds.Copy);

    /// <summary>Copies of keys that are read often, bytes.</summary>
    public long CopiedBytes
    {
        get
        {
            long bytes = 0;
            foreach (SpreadItem item in _items) bytes += item.Key.HeldBytes;
            return bytes;
        }
    }

    /// <summary>Whether keys can be spread here at all, as things are.</summary>
    public bool MaySpread =>
        _server.Shards.Length > 1 && _server.Cluster is null && !_server.Replication.IsReplica
        && !_server.Gates.IsLoading && !_server.Gates.IsEnding && _server.Tracking.IsEmpty;

    public SpreadItem? Find(ReadOnlySpan<byte> name, int database)
    {
        foreach (SpreadItem item in _items)
        {
            if (item.Key.Database == database && name.SequenceEqual(item.Key.Name)) return item;
        }
        return null;
    }

    /// <summary>Takes over the rules of the configuration. Null, or what is wrong with them.</summary>
    public string? ReadRules()
    {
        Rules.Clear();
        return SpreadRule.TryRead(_server.Options.Spread, Rules);
    }

    /// <summary>Gives the configuration the rules as they are now, so that CONFIG REWRITE keeps them.</summary>
    public void WriteRules()
    {
        List<string> words = [];
        foreach (SpreadRule rule in Rules) words.AddRange(rule.Words());
        _server.Options.Spread = [.. words];
    }

    /// <summary>Whether writes that would bring the key together are refused.</summary>
    public bool IsStrict(SpreadKey key) => ItemOf(key) is { IsStrict: true };

    /// <summary>How a key of this value is spread, when it is written often; null where it cannot be.</summary>
    public SpreadKey? KeyFor(byte[] name, int database, int lanes, in Entry entry) => entry.Type switch
    {
        Memory.ValueType.String when entry.Encoding == ValueEncoding.Int =>
            new SpreadCounter(name, database, lanes, _server.Dataset),
        Memory.ValueType.Hash => new SpreadHash(name, database, lanes, _server.Dataset),
        Memory.ValueType.SortedSet => new SpreadScores(name, database, lanes, _server.Dataset),
        _ => null,
    };

    /// <summary>A key is to be spread from now on, and is at once where it can be.</summary>
    public void Add(SpreadItem item, long nowMillis)
    {
        _items.Add(item);
        _ = TryActivate(item, nowMillis);
    }

    /// <summary>A key is not to be spread any more.</summary>
    public void Remove(SpreadItem item)
    {
        Deactivate(item);
        Forget(item);
    }

    /// <summary>Nothing is to be spread any more but what rules say.</summary>
    public void Clear()
    {
        while (_items.Count > 0) Remove(_items[^1]);
    }

    /// <summary>
    /// Spreads a key if that is possible now. One that is gone, or has become something else, is forgotten.
    /// </summary>
    public bool TryActivate(SpreadItem item, long nowMillis)
    {
        if (!MaySpread || item.Key.IsActive || !_map.HasRoomFor(item.Key) || IsHindered(item.Key))
        {
            item.NotBeforeMillis = nowMillis + PauseMin;
            return false;
        }
        if (!item.Key.TryBegin(_server.Dataset))
        {
            // What is about to expire is not worth it; all else is gone.
            Forget(item);
            return false;
        }
        if (IsContradicted(item.Key))
        {
            item.Key.End(_server.Dataset);
            item.NotBeforeMillis = nowMillis + PauseMin;
            return false;
        }
        item.OperationsSeen = item.Key.Operations;
        item.IsCool = item.IsInterrupted = false;
        _map.Add(item.Key);
        Active = _map;
        return true;
    }

    /// <summary>Brings a key together for a command that needs it whole; it is spread again a little later.</summary>
    public void Settle(SpreadKey key, long nowMillis)
    {
        SpreadItem item = ItemOf(key)!;
        bool isOften = nowMillis - item.NotBeforeMillis < 1000;
        item.PauseMillis = isOften ? Math.Clamp(item.PauseMillis * 2, PauseMin, PauseMax) : PauseMin;
        item.NotBeforeMillis = nowMillis + item.PauseMillis;
        item.Collapses++;
        Deactivate(item);
    }

    /// <summary>Brings all keys together for an instant; <see cref="Resume"/> follows.</summary>
    public void SettleAll(long nowMillis, bool keepsCopies)
    {
        foreach (SpreadItem item in _items)
        {
            if (!item.Key.IsActive || (keepsCopies && item.Key.Kind == SpreadKinds.Copy)) continue;
            Deactivate(item);
            item.IsInterrupted = true;
            item.NotBeforeMillis = nowMillis;
        }
    }

    /// <summary>Spreads them again.</summary>
    public void Resume(long nowMillis)
    {
        for (int index = _items.Count - 1; index >= 0; index--)
        {
            if (_items[index].IsInterrupted) _ = TryActivate(_items[index], nowMillis);
        }
    }

    /// <summary>Brings a key together that nobody uses.</summary>
    public void Cool(SpreadItem item)
    {
        Deactivate(item);
        item.Collapses++;
        item.IsCool = true;
    }

    private void Deactivate(SpreadItem item)
    {
        item.IsInterrupted = false;
        if (!item.Key.IsActive) return;
        item.Key.End(_server.Dataset);
        _map.Remove(item.Key);
        if (_map.Count == 0) Active = null;
    }

    private void Forget(SpreadItem item)
    {
        if (item.Key.Kind == SpreadKinds.Copy) _goneCopyOperations += item.Key.Operations;
        else _goneOperations += item.Key.Operations;
        _items.Remove(item);
    }

    private long Sum(SpreadKinds kind)
    {
        long sum = 0;
        foreach (SpreadItem item in _items) sum += item.Key.Kind == kind ? item.Key.Operations : 0;
        return sum;
    }

    private SpreadItem? ItemOf(SpreadKey key)
    {
        foreach (SpreadItem item in _items)
        {
            if (ReferenceEquals(item.Key, key)) return item;
        }
        return null;
    }

    // Whoever watches a key or waits for it is told by the key's own shard. With replies that wait for the disk numbers
    // are handed out in the order of the log, so that none can come twice after a crash.
    private bool IsHindered(SpreadKey key)
    {
        Keyspace home = _server.Dataset[key.Home];
        bool isWatched = _server.Aof.Log.HoldsReplies || home.Watches.Contains(key.Database, key.Hash);
        if (key.Kind != SpreadKinds.Copy && isWatched) return true;
        if (home.Waiters.Contains(key.Database, key.Hash)) return true;
        return home[key.Database].Table.TryFind(key.Slot, key.Hash, key.Name, out Entry entry)
            && home[key.Database].IsExpired(entry);
    }

    // Commands that are on their way to the key's shard have passed the place where they would have been stopped.
    private bool IsContradicted(SpreadKey key)
    {
        foreach (Connection client in _server.AllConnections())
        {
            if (client.Batch is { ParcelShards: not 0 } batch && HasContradiction(batch, key)) return true;
        }
        return false;
    }

    private static bool HasContradiction(Batch batch, SpreadKey key)
    {
        for (int index = batch.FirstWaiting; index < batch.Count; index++)
        {
            ref CommandRecord record = ref batch.Records[index];
            if (record.ReplySource >= 0 && SpreadRun.Contradicts(batch, record, key)) return true;
        }
        return false;
    }
}
