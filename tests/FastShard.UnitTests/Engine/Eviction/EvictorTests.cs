using FastShard.Engine.Eviction;
using FastShard.Engine.Keyspaces;
using Xunit;

namespace FastShard.UnitTests.Engine.Eviction;

public sealed class EvictorTests : IDisposable
{
    // Keys of one slot, fewer than this: each sample meets them all.
    private const int SamplesForAll = 64;
    private const string Near = "{t}k";

    private readonly TestKeyspace _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void The_longest_unused_key_goes_first()
    {
        for (int key = 0; key < 20; key++)
        {
            _keys.Put(TestKeyspace.Name(Near, key));
            _keys.Advance(1000);
        }
        for (int victim = 0; victim < 20; victim++)
        {
            Assert.True(_keys.Has(TestKeyspace.Name(Near, victim)));
            Assert.Equal(EvictionOutcome.Done, EvictOne(EvictionPolicy.AllKeysLru));
            Assert.False(_keys.Has(TestKeyspace.Name(Near, victim)));
        }
        Assert.Equal(20, _keys.First.Counters.Evicted);
    }

    [Fact]
    public void Reading_a_candidate_saves_it()
    {
        for (int key = 0; key < 10; key++) _keys.Put(TestKeyspace.Name(Near, key));
        _keys.Advance(60_000);
        _keys.Put("{t}young");
        Assert.Equal(EvictionOutcome.Done, EvictOne(EvictionPolicy.AllKeysLru));
        // All old keys but the victim sit in the pool now.
        _keys.Advance(1000);
        for (int key = 0; key < 10; key++) _keys.Read(TestKeyspace.Name(Near, key));
        _keys.Advance(1000);
        Assert.Equal(EvictionOutcome.Done, EvictOne(EvictionPolicy.AllKeysLru));
        Assert.False(_keys.Has("{t}young"));
    }

    [Fact]
    public void A_key_that_was_used_once_goes_before_one_that_was_used_again()
    {
        _keys.Put("{t}again");
        _keys.Advance(1000);
        _keys.Read("{t}again");
        _keys.Advance(1000);
        _keys.Put("{t}once");
        _keys.Advance(10_000);
        EvictOne(EvictionPolicy.AllKeysLru);
        Assert.False(_keys.Has("{t}once"));
        Assert.True(_keys.Has("{t}again"));
    }

    [Fact]
    public void The_least_frequently_used_key_goes_first()
    {
        _keys.First.AccessClock.IsLfu = true;
        for (int key = 0; key < 6; key++) _keys.Put(TestKeyspace.Name(Near, key));
        for (int key = 0; key < 6; key++)
        {
            for (int read = 0; read < 1 << (2 * key); read++) _keys.Read(TestKeyspace.Name(Near, key));
        }
        for (int victim = 0; victim < 6; victim++)
        {
            EvictOne(EvictionPolicy.AllKeysLfu);
            Assert.False(_keys.Has(TestKeyspace.Name(Near, victim)));
        }
    }

    [Fact]
    public void A_key_that_comes_back_has_not_lost_its_count()
    {
        _keys.First.AccessClock.IsLfu = true;
        _keys.Put("popular");
        for (int read = 0; read < 100; read++) _keys.Read("popular");
        int before = Frequency("popular");
        EvictOne(EvictionPolicy.AllKeysLfu);
        _keys.Put("unknown");
        _keys.Put("popular");
        Assert.Equal(5, Frequency("unknown"));
        Assert.InRange(Frequency("popular"), before, before + 1);
    }

    [Fact]
    public void The_nearest_deadline_goes_first()
    {
        for (int key = 0; key < 10; key++)
            _keys.Put(TestKeyspace.Name(Near, key), expiryMillis: _keys.NowMillis + 100_000 - key);
        _keys.Put("{t}eternal");
        for (int victim = 9; victim >= 0; victim--)
        {
            Assert.Equal(EvictionOutcome.Done, EvictOne(EvictionPolicy.VolatileTtl));
            Assert.False(_keys.Has(TestKeyspace.Name(Near, victim)));
        }
        Assert.Equal(EvictionOutcome.NothingToEvict, EvictOne(EvictionPolicy.VolatileTtl));
        Assert.True(_keys.Has("{t}eternal"));
    }

    [Theory]
    [InlineData(EvictionPolicy.VolatileLru)]
    [InlineData(EvictionPolicy.VolatileLfu)]
    [InlineData(EvictionPolicy.VolatileRandom)]
    [InlineData(EvictionPolicy.VolatileTtl)]
    public void Volatile_policies_leave_keys_without_a_deadline_alone(EvictionPolicy policy)
    {
        _keys.First.AccessClock.IsLfu = policy == EvictionPolicy.VolatileLfu;
        for (int key = 0; key < 100; key++)
        {
            _keys.Put(TestKeyspace.Name("eternal", key), database: key % 4);
            _keys.Put(TestKeyspace.Name("mortal", key), database: key % 4, expiryMillis: _keys.NowMillis + 1_000_000);
        }
        var rules = new EvictionRules(policy, 5);
        Assert.Equal(
            EvictionOutcome.NothingToEvict, Evictor.EvictSome(_keys.First, rules, long.MaxValue, budget: 1000));
        Assert.Equal(100, _keys.First.KeyCount);
        Assert.Equal(100, _keys.First.Counters.Evicted);
    }

    [Theory]
    [InlineData(EvictionPolicy.AllKeysLru)]
    [InlineData(EvictionPolicy.AllKeysLfu)]
    [InlineData(EvictionPolicy.AllKeysRandom)]
    public void Policies_for_all_keys_empty_every_database(EvictionPolicy policy)
    {
        _keys.First.AccessClock.IsLfu = policy == EvictionPolicy.AllKeysLfu;
        for (int key = 0; key < 300; key++) _keys.Put(TestKeyspace.Name("k", key), database: key % 4);
        var rules = new EvictionRules(policy, 5);
        Assert.Equal(
            EvictionOutcome.NothingToEvict, Evictor.EvictSome(_keys.First, rules, long.MaxValue, budget: 1000));
        Assert.Equal(0, _keys.First.KeyCount);
    }

    [Fact]
    public void Without_a_policy_nothing_goes_but_what_was_flushed()
    {
        for (int key = 0; key < 100; key++) _keys.Put(TestKeyspace.Name("k", key), database: key % 2);
        var rules = new EvictionRules(EvictionPolicy.NoEviction, 5);
        Assert.Equal(EvictionOutcome.NothingToEvict, Evictor.EvictSome(_keys.First, rules, 1, budget: 100));
        _keys.First.Flush(1);
        Assert.Equal(EvictionOutcome.Done, Evictor.EvictSome(_keys.First, rules, 1, budget: 100));
        Assert.Equal(50, _keys.First.KeyCount);
        Assert.True(_keys.First.DetachedKeys < 50);
    }

    [Fact]
    public void Expired_keys_go_first_and_are_counted_as_expired()
    {
        for (int key = 0; key < 20; key++)
        {
            _keys.Put(TestKeyspace.Name("{t}live", key));
            _keys.Put(TestKeyspace.Name("{t}dead", key), expiryMillis: _keys.NowMillis + 10);
        }
        _keys.Advance(20);
        for (int key = 0; key < 20; key++) EvictOne(EvictionPolicy.AllKeysLru);
        Assert.Equal(20, _keys.First.Counters.Expired);
        Assert.Equal(0, _keys.First.Counters.Evicted);
        Assert.True(_keys.Has("{t}live0"));
    }

    [Fact]
    public void It_stops_at_its_budget_and_when_enough_is_freed()
    {
        for (int key = 0; key < 1000; key++) _keys.Put(TestKeyspace.Name("k", key), valueLength: 100);
        var rules = new EvictionRules(EvictionPolicy.AllKeysLru, 5);
        Assert.Equal(EvictionOutcome.OutOfBudget, Evictor.EvictSome(_keys.First, rules, long.MaxValue, budget: 10));
        Assert.Equal(990, _keys.First.KeyCount);

        long before = _keys.First.Heap.UsedBytes;
        Assert.Equal(EvictionOutcome.Done, Evictor.EvictSome(_keys.First, rules, 10_000, budget: 1000));
        long freed = before - _keys.First.Heap.UsedBytes;
        Assert.InRange(freed, 8_000, 20_000);
    }

    [Fact]
    public void Watched_keys_break_when_they_are_evicted()
    {
        var session = new FastShard.Engine.Sessions.Session();
        _keys.Put("k");
        Key key = _keys.KeyOf("k"u8.ToArray(), 0);
        _keys.First.Watches.TryAdd(key, session, isExpired: false);
        EvictOne(EvictionPolicy.AllKeysRandom);
        Assert.True(session.WatchBroken);
    }

    private EvictionOutcome EvictOne(EvictionPolicy policy) =>
        Evictor.EvictSome(_keys.First, new EvictionRules(policy, SamplesForAll), bytesToFree: 1, budget: 1);

    private int Frequency(string name) => _keys.First.AccessClock.Frequency(_keys.EntryOf(name), _keys.NowMillis);
}
