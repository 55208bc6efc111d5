using FastShard.Server.HotKeys;
using Xunit;

namespace FastShard.UnitTests.Server.HotKeys;

public sealed class HotKeySamplerTests
{
    [Fact]
    public void A_load_that_sets_in_is_not_looked_at_one_by_one()
    {
        var sampler = new HotKeySampler(shard: 0);
        Assert.InRange(Look(sampler, 1000), 1000, 1000);
        Assert.InRange(Look(sampler, 1_000_000), 5000, 20_000);
    }

    [Fact]
    public void A_steady_load_is_looked_at_ten_thousand_times_a_second()
    {
        var sampler = new HotKeySampler(shard: 0);
        sampler.Tick(commands: 0, nowMillis: 1000);
        sampler.Tick(commands: 100_000, nowMillis: 1100);
        Assert.Equal(100, sampler.Interval);
        Assert.InRange(Look(sampler, 100_000), 800, 1200);
        sampler.Tick(commands: 100_100, nowMillis: 1200);
        Assert.Equal(1, sampler.Interval);
        Assert.InRange(Look(sampler, 100), 98, 100);
    }

    private static int Look(HotKeySampler sampler, int commands)
    {
        int looked = 0;
        for (int command = 0; command < commands; command++)
        {
            if (--sampler.Countdown > 0) continue;
            looked++;
            sampler.Countdown = sampler.NextDistance();
        }
        return looked;
    }
}
