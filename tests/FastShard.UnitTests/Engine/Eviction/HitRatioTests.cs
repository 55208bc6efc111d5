using FastShard.Engine.Eviction;
using Xunit;
using Xunit.Abstractions;

namespace FastShard.UnitTests.Engine.Eviction;

/// <summary>
/// The share of requests that the eviction policies answer from memory, against models of redis-server and of the
/// exact LRU rule: 100,000 keys of which a tenth fits, 50,000 requests a second, a cache that takes in what it misses.
/// Seeds are fixed; only the hash seed of the process differs from run to run, which moves results by 0.1 at most.
/// </summary>
public sealed class HitRatioTests(ITestOutputHelper output)
{
    private const int Keys = 100_000;
    private const int Capacity = Keys / 10;
    private const int Operations = 300_000;
    private const int RequestsPerMilli = 50;
    private const double Noise = 0.2;

    [Fact]
    public void Zipf()
    {
        Scores scores = Measure("zipf 0.99", CacheTrace.Zipf(Keys, 0.99, Operations, seed: 1));
        Assert.True(scores.Lru > scores.RedisLru + 2);
        Assert.True(scores.Lru > scores.TrueLru + 1);
        Assert.True(scores.Lfu > scores.RedisLfu + 0.5);
    }

    [Fact]
    public void Zipf_with_a_long_scan_now_and_then()
    {
        int[] zipf = CacheTrace.Zipf(Keys, 0.99, Operations / 2, seed: 1);
        Scores scores = Measure("zipf 0.99, scans", CacheTrace.WithScans(zipf, Keys, every: 10_000, length: 10_000));
        Assert.True(scores.Lru > scores.RedisLru + 2);
        Assert.True(scores.Lru > scores.TrueLru + 2);
        Assert.True(scores.Lfu > scores.RedisLfu - Noise);
    }

    [Fact]
    public void Zipf_among_keys_that_never_come_back()
    {
        int[] zipf = CacheTrace.Zipf(Keys, 0.99, Operations, seed: 1);
        Scores scores = Measure("zipf 0.99, one-timers", CacheTrace.WithScans(zipf, Keys, every: 10, length: 2));
        Assert.True(scores.Lru > scores.RedisLru + 2);
        Assert.True(scores.Lfu > scores.RedisLfu + 0.5);
    }

    [Fact]
    public void A_flat_distribution()
    {
        Scores scores = Measure("zipf 0.7", CacheTrace.Zipf(Keys, 0.7, Operations, seed: 1));
        Assert.True(scores.Lru > scores.RedisLru + 2);
        Assert.True(scores.Lfu > scores.RedisLfu + 1);
    }

    [Fact]
    public void Popularity_that_changes()
    {
        Scores scores = Measure("zipf 0.99, shifting", CacheTrace.Shifting(Keys, 0.99, Operations, seed: 1, phases: 3));
        Assert.True(scores.Lru > scores.RedisLru + 1);
        Assert.True(scores.Lfu > scores.RedisLfu - Noise);
    }

    private Scores Measure(string name, int[] trace)
    {
        using var lru = new EngineCache(Capacity, EvictionPolicy.AllKeysLru);
        using var lfu = new EngineCache(Capacity, EvictionPolicy.AllKeysLfu);
        var scores = new Scores(
            Percent(lru, trace),
            Percent(new RedisModel(Capacity, isLfu: false, seed: 7), trace),
            Percent(new TrueLruModel(Capacity), trace),
            Percent(lfu, trace),
            Percent(new RedisModel(Capacity, isLfu: true, seed: 7), trace));
        output.WriteLine($"{name}: {scores}");
        return scores;
    }

    private static double Percent(ICacheModel cache, int[] trace)
    {
        const long Start = 1_700_000_000_000;
        int hits = 0;
        for (int index = 0; index < trace.Length; index++)
        {
            if (cache.Ask(trace[index], Start + (index / RequestsPerMilli))) hits++;
        }
        return 100.0 * hits / trace.Length;
    }

    private sealed record Scores(double Lru, double RedisLru, double TrueLru, double Lfu, double RedisLfu)
    {
        public override string ToString() =>
            $"allkeys-lru {Lru:F2} (redis {RedisLru:F2}, exact {TrueLru:F2}), " +
            $"allkeys-lfu {Lfu:F2} (redis {RedisLfu:F2})";
    }
}
