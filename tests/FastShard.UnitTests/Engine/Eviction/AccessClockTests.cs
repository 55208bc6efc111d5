using FastShard.Engine.Eviction;
using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Engine.Eviction;

public sealed class AccessClockTests : IDisposable
{
    private readonly TestKeyspace _keys = new();

    public AccessClockTests() => _keys.Put("k");

    private AccessClock Clock => _keys.First.AccessClock;

    private Entry Entry => _keys.EntryOf("k");

    public void Dispose() => _keys.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(86_400_000)]
    [InlineData(11 * 86_400_000L)]
    public void The_idle_time_is_right_to_an_eighth_of_a_second(long millis)
    {
        _keys.Advance(millis);
        Assert.InRange(AccessClock.IdleMillis(Entry, _keys.NowMillis), millis - 128, millis + 128);
        _keys.Read("k");
        Assert.Equal(0, AccessClock.IdleMillis(Entry, _keys.NowMillis));
    }

    [Fact]
    public void A_clock_that_is_set_back_makes_nothing_old()
    {
        _keys.Advance(-60_000);
        Assert.Equal(0, AccessClock.IdleMillis(Entry, _keys.NowMillis));
    }

    [Fact]
    public void A_key_that_is_looked_at_never_seems_younger_again()
    {
        // One look every five days, for a hundred days: several turns of the clock.
        for (int look = 0; look < 20; look++)
        {
            _keys.Advance(5 * 86_400_000L);
            Assert.True(Clock.Coldness(Entry, _keys.NowMillis) >= 4 * 5 * 86_400_000L / 128);
        }
        Assert.True(AccessClock.IdleMillis(Entry, _keys.NowMillis) > 5 * 86_400_000L);
    }

    [Fact]
    public void Setting_and_using_at_once_is_one_use()
    {
        _keys.Put("other");
        _keys.Read("other");
        _keys.Read("other");
        Assert.Equal(Clock.Coldness(Entry, _keys.NowMillis), Clock.Coldness(_keys.EntryOf("other"), _keys.NowMillis));
        _keys.Advance(1000);
        _keys.Read("other");
        _keys.Read("k");
        _keys.Advance(1000);
        _keys.Put("new");
        _keys.Advance(9000);
        // Idle for 10 seconds and used twice, against idle for 9 and used once.
        Assert.True(
            Clock.Coldness(Entry, _keys.NowMillis) < Clock.Coldness(_keys.EntryOf("new"), _keys.NowMillis));
    }

    [Theory]
    [InlineData(10, 100, 8, 12)]
    [InlineData(10, 1000, 16, 22)]
    [InlineData(10, 100_000, 115, 175)]
    [InlineData(10, 1_000_000, 255, 255)]
    [InlineData(1, 1000, 40, 58)]
    [InlineData(100, 100_000, 40, 58)]
    [InlineData(0, 100, 75, 140)]
    public void The_frequency_is_what_redis_would_show(int factor, int reads, int least, int most)
    {
        Clock.IsLfu = true;
        Clock.LogFactor = factor;
        Clock.DecayMinutes = 0;
        _keys.Put("k");
        for (int read = 0; read < reads; read++) _keys.Read("k");
        Assert.InRange(Clock.Frequency(Entry, _keys.NowMillis), least, most);
    }

    [Fact]
    public void A_new_key_has_a_frequency_of_five_and_loses_it_with_time()
    {
        Clock.IsLfu = true;
        _keys.Put("k");
        Assert.Equal(5, Clock.Frequency(Entry, _keys.NowMillis));
        int last = 5;
        for (int minute = 0; minute < 10; minute++)
        {
            _keys.Advance(60_000);
            int frequency = Clock.Frequency(Entry, _keys.NowMillis);
            Assert.True(frequency <= last);
            last = frequency;
        }
        Assert.Equal(0, last);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(10), InlineData(100)]
    public void Every_frequency_that_is_told_is_shown_until_the_key_is_used(int factor)
    {
        Clock.IsLfu = true;
        Clock.LogFactor = factor;
        for (int frequency = 0; frequency <= 255; frequency++)
        {
            Clock.Tell(Entry, 7, frequency, _keys.NowMillis);
            Assert.Equal(frequency, Clock.Frequency(Entry, 7, _keys.NowMillis));
            Assert.InRange(Clock.Frequency(Entry, 8, _keys.NowMillis), frequency * 0.95 - 1, frequency * 1.05 + 1);
        }
        Clock.Tell(Entry, 7, 4, _keys.NowMillis);
        _keys.Read("k");
        Assert.True(Clock.Frequency(Entry, 7, _keys.NowMillis) > 4);
        Clock.Tell(Entry, 7, 100, _keys.NowMillis);
        _keys.Advance(60_000);
        Assert.Equal(Clock.Frequency(Entry, _keys.NowMillis), Clock.Frequency(Entry, 7, _keys.NowMillis));
        _keys.Advance(10 * 60_000);
        Assert.True(Clock.Frequency(Entry, 7, _keys.NowMillis) < 100);
    }

    [Fact]
    public void With_a_decay_time_of_zero_nothing_is_lost()
    {
        Clock.IsLfu = true;
        Clock.DecayMinutes = 0;
        _keys.Put("k");
        _keys.Advance(1_000_000_000);
        Assert.Equal(5, Clock.Frequency(Entry, _keys.NowMillis));
    }

    [Fact]
    public void Ten_periods_halve_a_count()
    {
        Clock.IsLfu = true;
        Clock.DecayMinutes = 2;
        _keys.Put("k");
        _keys.Put("half");
        for (int read = 1; read < 4000; read++) _keys.Read("k");
        for (int read = 1; read < 2000; read++) _keys.Read("half");
        int half = Clock.Frequency(_keys.EntryOf("half"), _keys.NowMillis);
        _keys.Advance(20 * 60_000);
        Assert.InRange((double)Clock.Frequency(Entry, _keys.NowMillis), half * 0.8, half * 1.2);
    }
}
