using FastShard.Server.Statistics;
using Xunit;

namespace FastShard.UnitTests.Server.Statistics;

public sealed class RateSamplerTests
{
    [Fact]
    public void A_steady_rise_is_its_rate()
    {
        RateSampler sampler = new();
        for (int sample = 0; sample <= 16; sample++) sampler.Sample(sample * 50, 1000 + (sample * 100));
        Assert.Equal(500, sampler.PerSecond, precision: 6);
    }

    [Fact]
    public void Old_rates_are_forgotten()
    {
        RateSampler sampler = new();
        for (int sample = 0; sample <= 16; sample++) sampler.Sample(sample * 50, 1000 + (sample * 100));
        for (int sample = 17; sample <= 33; sample++) sampler.Sample(16 * 50, 1000 + (sample * 100));
        Assert.Equal(0, sampler.PerSecond);
    }

    [Fact]
    public void A_counter_that_was_set_back_gives_no_negative_rate()
    {
        RateSampler sampler = new();
        sampler.Sample(1000, 1000);
        sampler.Sample(0, 1100);
        Assert.Equal(0, sampler.PerSecond);
        sampler.Clear();
        sampler.Sample(5000, 1200);
        Assert.Equal(0, sampler.PerSecond);
    }
}
