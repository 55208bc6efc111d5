using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sessions;
using Xunit;

namespace FastShard.UnitTests.Engine.Keyspaces;

public sealed class KeyspaceTests : IDisposable
{
    private readonly TestKeyspace _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void A_flushed_database_is_empty_at_once_and_gives_its_memory_back_bit_by_bit()
    {
        _keys.Put("{first}");
        _keys.First.Flush(0);
        Assert.False(_keys.First.ReclaimSome(100));
        long empty = _keys.First.Heap.UsedBytes;
        for (int key = 0; key < 10_000; key++) _keys.Put(TestKeyspace.Name("k", key));
        long full = _keys.First.Heap.UsedBytes;

        Assert.Equal(10_000, _keys.First.Flush(0));
        Assert.Equal(0, _keys.First.KeyCount);
        Assert.Equal(10_000, _keys.First.DetachedKeys);
        // What comes back is all of it: the keys, and the slots of a table that lives on with slots of its own.
        Assert.Equal(_keys.First.Heap.UsedBytes - empty, _keys.First.DetachedBytes);
        Assert.True(_keys.First.DetachedBytes >= full - empty);

        _keys.Put("k1");
        Assert.True(_keys.First.ReclaimSome(100));
        Assert.InRange(_keys.First.DetachedKeys, 9_000, 9_900);
        int calls = 0;
        while (_keys.First.ReclaimSome(100)) Assert.True(++calls < 200);
        Assert.Equal(0, _keys.First.DetachedKeys);
        Assert.Equal(0, _keys.First.DetachedBytes);
        Assert.Equal(10_001, _keys.First.Counters.LazyFreed);
        Assert.True(_keys.Has("k1"));
        Assert.True(_keys.First.Heap.UsedBytes < empty + (full - empty) / 10);
    }

    [Fact]
    public void Several_flushed_databases_are_all_reclaimed()
    {
        for (int round = 0; round < 3; round++)
        {
            for (int key = 0; key < 300; key++) _keys.Put(TestKeyspace.Name("k", key), database: key % 3);
            for (int database = 0; database < 4; database++) _keys.First.Flush(database);
        }
        Assert.Equal(900, _keys.First.DetachedKeys);
        while (_keys.First.ReclaimSome(50))
        {
        }
        Assert.Equal(900, _keys.First.Counters.LazyFreed);
        Assert.False(_keys.First.ReclaimSome(50));
    }

    [Fact]
    public void Flushing_breaks_the_watches_of_keys_that_exist()
    {
        _keys.Put("here");
        _keys.Put("there", database: 1);
        Session existing = Watching("here", 0);
        Session missing = Watching("missing", 0);
        Session elsewhere = Watching("there", 1);
        _keys.First.Flush(0);
        Assert.True(existing.WatchBroken);
        Assert.False(missing.WatchBroken);
        Assert.False(elsewhere.WatchBroken);
    }

    [Fact]
    public void Swapping_breaks_the_watches_of_keys_that_exist_before_or_after()
    {
        _keys.Put("in-0", database: 0);
        _keys.Put("in-1", database: 1);
        _keys.Put("in-2", database: 2);
        Session before = Watching("in-0", 0);
        Session after = Watching("in-1", 0);
        Session never = Watching("in-2", 0);
        Session other = Watching("in-2", 2);
        Session swapped = Watching("in-0", 1);
        _keys.First.Swap(0, 1);
        Assert.True(before.WatchBroken);
        Assert.True(after.WatchBroken);
        Assert.True(swapped.WatchBroken);
        Assert.False(never.WatchBroken);
        Assert.False(other.WatchBroken);
        Assert.True(_keys.Has("in-0", 1));
        Assert.True(_keys.Has("in-1", 0));
        // A watch is of a database's number, not of what was in it.
        _keys.Put("in-2", database: 0);
        Assert.True(never.WatchBroken);
    }

    [Fact]
    public void A_watch_ends_with_its_last_watcher()
    {
        Key key = _keys.KeyOf("k"u8.ToArray(), 0);
        var first = new Session();
        var second = new Session();
        _keys.First.Watches.TryAdd(key, first, isExpired: false);
        _keys.First.Watches.TryAdd(key, first, isExpired: false);
        _keys.First.Watches.TryAdd(key, second, isExpired: false);
        Assert.Equal(1, _keys.First.Watches.Count);
        _keys.First.Watches.Remove(0, key.Hash, first);
        _keys.Put("k");
        Assert.False(first.WatchBroken);
        Assert.True(second.WatchBroken);
        _keys.First.Watches.Remove(0, key.Hash, second);
        Assert.True(_keys.First.Watches.IsEmpty);
    }

    [Fact]
    public void Runs_of_slots_end_where_another_shard_begins()
    {
        using var keys = new TestKeyspace(shards: 3);
        Dataset dataset = keys.Dataset;
        for (int slot = 0; slot < 16384;)
        {
            int end = dataset.EndOfRun(slot);
            Assert.Equal(dataset.ShardOf(slot), dataset.ShardOf(end - 1));
            if (end < 16384) Assert.NotEqual(dataset.ShardOf(slot), dataset.ShardOf(end));
            slot = end;
        }
        Assert.Equal(16384, dataset.EndOfRun(16383));
    }

    private Session Watching(string name, int database)
    {
        var session = new Session();
        Key key = _keys.KeyOf(System.Text.Encoding.Latin1.GetBytes(name), database);
        _keys.First.Watches.TryAdd(key, session, isExpired: false);
        return session;
    }
}
