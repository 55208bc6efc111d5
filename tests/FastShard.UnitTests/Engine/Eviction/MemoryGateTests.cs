using FastShard.Engine.Eviction;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Engine.Eviction;

[Collection(ProcessWideGroup.Name)]
public sealed class MemoryGateTests : IDisposable
{
    private readonly TestKeyspace _keys = new(shards: 2);
    private readonly MemoryGate _gate;

    public MemoryGateTests() => _gate = new MemoryGate(_keys.Dataset);

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Without_a_limit_there_is_always_room()
    {
        Fill(1000);
        Assert.False(_gate.IsLimited);
        Assert.True(_gate.HasRoom());
        Assert.True(_gate.EnsureRoom(_keys.First));
        Assert.Equal(1000, Count());
    }

    [Fact]
    public void All_shards_and_the_servers_own_bytes_count()
    {
        long before = _gate.UsedBytes;
        Fill(1000);
        long data = _keys.Dataset[0].Heap.UsedBytes + _keys.Dataset[1].Heap.UsedBytes;
        Assert.True(data > 100_000);
        Assert.True(_gate.UsedBytes - before > 100_000);
        long without = _gate.UsedBytes;
        _gate.ExtraBytes = static () => 12_345;
        Assert.Equal(without + 12_345, _gate.UsedBytes);
    }

    [Theory]
    [InlineData(EvictionPolicy.AllKeysLru)]
    [InlineData(EvictionPolicy.AllKeysLfu)]
    [InlineData(EvictionPolicy.AllKeysRandom)]
    public void The_limit_holds_while_keys_pour_in(EvictionPolicy policy)
    {
        long limit = _gate.UsedBytes + 4_000_000;
        _gate.Configure(limit, policy, samples: 5);
        foreach (Keyspace keyspace in _keys.Dataset.Keyspaces)
            keyspace.AccessClock.IsLfu = policy == EvictionPolicy.AllKeysLfu;
        for (int key = 0; key < 60_000; key++)
        {
            string name = TestKeyspace.Name("k", key);
            Keyspace target = _keys.KeyOf(System.Text.Encoding.Latin1.GetBytes(name), 0).Home.Owner;
            Assert.True(_gate.EnsureRoom(target));
            Assert.True(_gate.UsedBytes <= limit + 128 * 1024);
            _keys.Put(name, valueLength: 100);
        }
        Assert.True(_gate.UsedBytes > limit - 300_000);
        Assert.InRange(_keys.Dataset[0].KeyCount, Count() * 0.4, Count() * 0.6);
    }

    [Fact]
    public void Without_a_policy_the_limit_is_a_refusal()
    {
        Fill(1000);
        _gate.Configure(_gate.UsedBytes - 1, EvictionPolicy.NoEviction, samples: 5);
        Assert.False(_gate.HasRoom());
        Assert.False(_gate.EnsureRoom(_keys.First));
        Assert.Equal(1000, Count());
        _gate.Configure(_gate.UsedBytes + 1, EvictionPolicy.NoEviction, samples: 5);
        Assert.True(_gate.HasRoom());
        Assert.True(_gate.EnsureRoom(_keys.First));
    }

    [Fact]
    public void A_shard_with_nothing_to_evict_says_so()
    {
        Fill(1000);
        _gate.Configure(_gate.UsedBytes - 1, EvictionPolicy.VolatileLru, samples: 5);
        Assert.False(_gate.EnsureRoom(_keys.First));
    }

    [Fact]
    public void What_was_flushed_counts_as_gone()
    {
        Fill(2000);
        long full = _gate.UsedBytes;
        for (int shard = 0; shard < 2; shard++) _keys.Dataset[shard].Flush(0);
        Assert.True(_gate.UsedBytes < full - 200_000);
        long withoutBlobs = _gate.UsedBytes - Blob.TotalBytes;
        foreach (Keyspace keyspace in _keys.Dataset.Keyspaces)
        {
            while (keyspace.ReclaimSome(10))
            {
                // Blobs are counted for the whole process, and other tests may come and go with theirs.
                Assert.InRange(_gate.UsedBytes - Blob.TotalBytes, withoutBlobs, withoutBlobs);
            }
            Assert.Equal(0, keyspace.DetachedBytes);
            Assert.Equal(0, keyspace.DetachedKeys);
        }
    }

    [Fact]
    public void A_shard_that_shrinks_gives_its_room_to_others_and_may_not_grow_back_over_the_limit()
    {
        Keyspace first = _keys.Dataset[0];
        Fill(20_000);
        _gate.Configure(_gate.UsedBytes + 4_000_000, EvictionPolicy.NoEviction, samples: 5);
        Assert.True(_gate.HasRoom(first)); // from here on it need not ask for a while
        first.Flush(0);
        while (first.ReclaimSome(1000)) { }
        int added = 0;
        while (_gate.HasRoom(_keys.Dataset[1])) _keys.Put(TestKeyspace.Name("{a}", added++), valueLength: 1000);
        Assert.False(_gate.HasRoom());
        Assert.False(_gate.HasRoom(first));
        Assert.False(_gate.EnsureRoom(first));
    }

    [Fact]
    public void A_limit_that_was_lowered_is_reached_by_and_by()
    {
        Fill(20_000);
        // Blobs are counted for the whole process; whatever other tests left of them cannot be evicted here.
        long blobs = Blob.TotalBytes;
        long limit = blobs + ((_gate.UsedBytes - blobs) / 2);
        _gate.Configure(limit, EvictionPolicy.AllKeysLru, samples: 5);
        Assert.True(_gate.EnsureRoom(_keys.First));
        Assert.InRange(Count(), 20_000 - MemoryGate.DefaultEvictionsPerCall, 19_999);
        int calls = 0;
        while (!_gate.HasRoom())
        {
            _gate.EvictionsPerCall = 64 << calls;
            foreach (Keyspace keyspace in _keys.Dataset.Keyspaces) Assert.True(_gate.EnsureRoom(keyspace));
            Assert.True(++calls < 9);
        }
    }

    private void Fill(int count)
    {
        for (int key = 0; key < count; key++) _keys.Put(TestKeyspace.Name("k", key), valueLength: 100);
    }

    private long Count() => _keys.Dataset[0].KeyCount + _keys.Dataset[1].KeyCount;
}
