using FastShard.Server.Statistics;
using Xunit;

namespace FastShard.UnitTests.Server.Statistics;

public sealed class LatencyEventTests
{
    [Fact]
    public void A_second_keeps_its_worst()
    {
        LatencyEvent samples = new();
        samples.Record(new LatencySample(10, 5));
        samples.Record(new LatencySample(10, 9));
        samples.Record(new LatencySample(10, 7));
        samples.Record(new LatencySample(11, 1));
        Assert.Equal([new LatencySample(10, 9), new LatencySample(11, 1)], samples.Samples);
        Assert.Equal(9, samples.MaxMillis);
    }

    [Fact]
    public void Only_the_last_seconds_are_kept()
    {
        LatencyEvent samples = new();
        for (int second = 0; second < 500; second++) samples.Record(new LatencySample(second, 500 - second));
        Assert.Equal(LatencyEvent.SamplesMax, samples.Samples.Count);
        Assert.Equal(340, samples.Samples[0].UnixSeconds);
        Assert.Equal(500, samples.MaxMillis);
    }

    [Fact]
    public void Shards_are_merged_in_order_of_time()
    {
        LatencyMonitor left = new();
        LatencyMonitor right = new();
        left.Record("command", millis: 5, thresholdMillis: 5, nowMillis: 3000);
        right.Record("command", millis: 8, thresholdMillis: 5, nowMillis: 1000);
        right.Record("command", millis: 4, thresholdMillis: 5, nowMillis: 2000);
        right.Record("fast-command", millis: 9, thresholdMillis: 0, nowMillis: 2000);
        left.Add(right);
        (string kind, LatencyEvent samples) = Assert.Single(left.Events);
        Assert.Equal("command", kind);
        Assert.Equal([new LatencySample(1, 8), new LatencySample(3, 5)], samples.Samples);
        Assert.True(left.Reset("command"));
        Assert.False(left.Reset("command"));
    }
}
