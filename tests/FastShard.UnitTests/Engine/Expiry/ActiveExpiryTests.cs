using FastShard.Engine.Expiry;
using FastShard.Engine.Keyspaces;
using Xunit;

namespace FastShard.UnitTests.Engine.Expiry;

public sealed class ActiveExpiryTests : IDisposable
{
    private readonly TestKeyspace _keys = new();

    public void Dispose() => _keys.Dispose();

    [Fact]
    public void Expired_keys_vanish_without_being_asked_for()
    {
        for (int key = 0; key < 5000; key++)
        {
            _keys.Put(TestKeyspace.Name("dead", key), database: key % 3, expiryMillis: _keys.NowMillis + 10);
            _keys.Put(TestKeyspace.Name("live", key), database: key % 3, expiryMillis: _keys.NowMillis + 1_000_000);
            _keys.Put(TestKeyspace.Name("eternal", key), database: key % 3);
        }
        _keys.Advance(11);
        int calls = 0;
        while (ActiveExpiry.Run(_keys.First, effort: 1)) Assert.True(++calls < 100);
        // While more than a tenth of what it meets is dead it goes on; the rest goes at leisure.
        Assert.InRange(Dead(), 0, 600);
        for (int tick = 0; tick < 1100 && Dead() > 0; tick++)
        {
            _keys.Advance(100);
            ActiveExpiry.Run(_keys.First, effort: 1);
        }
        Assert.Equal(0, Dead());
        Assert.Equal(10_000, _keys.First.KeyCount);
        Assert.Equal(5000, _keys.First.Counters.Expired);
    }

    [Fact]
    public void A_call_is_bounded()
    {
        for (int key = 0; key < 20_000; key++)
            _keys.Put(TestKeyspace.Name("dead", key), expiryMillis: _keys.NowMillis + 10);
        _keys.Advance(11);
        Assert.True(ActiveExpiry.Run(_keys.First, effort: 10));
        Assert.InRange(_keys.First.Counters.Expired, ActiveExpiry.VisitsPerCall, ActiveExpiry.VisitsPerCall + 100);
        Assert.Equal(1, _keys.First.Counters.ExpireCycleBudgetReached);
        Assert.True(_keys.First.Counters.StalePercent > 0);
    }

    [Fact]
    public void Where_nothing_is_stale_a_call_is_short()
    {
        for (int key = 0; key < 20_000; key++)
            _keys.Put(TestKeyspace.Name("k", key), expiryMillis: _keys.NowMillis + 1_000_000);
        Assert.False(ActiveExpiry.Run(_keys.First, effort: 1));
        Assert.Equal(0, _keys.First.Counters.Expired);
        Assert.Equal(0, _keys.First.Counters.StalePercent);
    }

    [Fact]
    public void Nothing_is_removed_while_expired_keys_are_kept()
    {
        _keys.Put("dead", expiryMillis: _keys.NowMillis + 10);
        _keys.Advance(100);
        _keys.First.KeepsExpired = true;
        Assert.False(ActiveExpiry.Run(_keys.First, effort: 10));
        Assert.False(_keys.Read("dead"));
        Assert.True(_keys.Has("dead"));
        _keys.First.KeepsExpired = false;
        ActiveExpiry.Run(_keys.First, effort: 10);
        Assert.False(_keys.Has("dead"));
    }

    [Fact]
    public void A_steady_stream_of_keys_with_deadlines_leaves_few_dead_ones_behind()
    {
        // Two thousand keys a second, each for one to six seconds; one call every 100 ms and again when it asks.
        var random = new Random(3);
        long worst = 0;
        for (int tick = 0; tick < 200; tick++)
        {
            for (int key = 0; key < 200; key++)
            {
                long expiry = _keys.NowMillis + random.Next(1000, 6000);
                _keys.Put(TestKeyspace.Name("k", (tick * 200) + key), expiryMillis: expiry);
            }
            _keys.Advance(100);
            for (int turn = 0; turn < 20 && ActiveExpiry.Run(_keys.First, effort: 1); turn++)
            {
            }
            if (tick >= 100) worst = Math.Max(worst, Dead() * 100 / _keys.First.KeyCount);
        }
        Assert.InRange(worst, 0, 20);
    }

    [Fact]
    public void Higher_effort_leaves_less()
    {
        for (int key = 0; key < 20_000; key++)
        {
            long left = key % 20 == 0 ? 10 : 1_000_000; // one in twenty is dead
            _keys.Put(TestKeyspace.Name("k", key), expiryMillis: _keys.NowMillis + left);
        }
        _keys.Advance(11);
        Drain(effort: 1);
        long atEffortOne = Dead();
        Drain(effort: 10);
        Assert.True(atEffortOne > 500);
        Assert.True(Dead() < atEffortOne / 2);
    }

    private void Drain(int effort)
    {
        for (int tick = 0; tick < 10; tick++)
        {
            for (int turn = 0; turn < 100 && ActiveExpiry.Run(_keys.First, effort); turn++)
            {
            }
            _keys.Advance(100);
        }
    }

    // Keys that are still in the table though their deadline has passed.
    private long Dead()
    {
        long dead = 0;
        Span<FastShard.Memory.Entry> found = stackalloc FastShard.Memory.Entry[64];
        for (int index = 0; index < _keys.First.DatabaseCount; index++)
        {
            if (_keys.First.Existing(index) is not { } database) continue;
            for (int slot = database.Table.NextSlot(0); slot >= 0; slot = database.Table.NextSlot(slot + 1))
            {
                uint position = 0;
                do
                {
                    int count = database.Table.Scan(slot, ref position, found);
                    foreach (FastShard.Memory.Entry entry in found[..count])
                        if (database.IsExpired(entry)) dead++;
                }
                while (position != 0);
            }
        }
        return dead;
    }
}
