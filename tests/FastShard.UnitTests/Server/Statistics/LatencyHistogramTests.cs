using FastShard.Server.Statistics;
using Xunit;

namespace FastShard.UnitTests.Server.Statistics;

public sealed class LatencyHistogramTests
{
    private const double BucketError = 1.0 / 32;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    [InlineData(999_999)]
    [InlineData(123_456_789)]
    [InlineData(10_000_000_000)]
    public void A_percentile_is_at_most_one_bucket_too_high(long nanos)
    {
        LatencyHistogram histogram = new();
        histogram.Record(1, nanos);
        Assert.InRange(histogram.Percentile(50), nanos, nanos + (long)(nanos * BucketError));
    }

    [Fact]
    public void Durations_beyond_the_last_bucket_are_counted_in_it()
    {
        LatencyHistogram histogram = new();
        histogram.Record(1, long.MaxValue);
        histogram.Record(1, -5);
        Assert.Equal(2, histogram.Count);
        Assert.Equal(0, histogram.Percentile(50));
        Assert.Equal((1L << 34) - 1, histogram.Percentile(100));
    }

    [Fact]
    public void Percentiles_split_the_calls()
    {
        LatencyHistogram histogram = new();
        histogram.Record(90, 100);
        histogram.Record(9, 10_000);
        histogram.Record(1, 1_000_000);
        Assert.InRange(histogram.Percentile(50), 100, 104);
        Assert.InRange(histogram.Percentile(90), 100, 104);
        Assert.InRange(histogram.Percentile(99), 10_000, 10_320);
        Assert.InRange(histogram.Percentile(99.9), 1_000_000, 1_032_000);
    }

    [Fact]
    public void Counts_below_a_power_of_two_are_exact()
    {
        LatencyHistogram histogram = new();
        for (int exponent = 6; exponent < 34; exponent++)
        {
            histogram.Record(1, (1L << exponent) - 1);
            histogram.Record(1, 1L << exponent);
        }
        for (int exponent = 6; exponent < 34; exponent++)
            Assert.Equal(1 + (2 * (exponent - 6)), histogram.CountBelowPower(exponent));
        Assert.Equal(histogram.Count, histogram.CountBelowPower(40));
    }

    [Fact]
    public void Adding_and_clearing()
    {
        LatencyHistogram left = new();
        LatencyHistogram right = new();
        left.Record(1, 100);
        right.Record(2, 100);
        left.Add(right);
        Assert.Equal(3, left.Count);
        Assert.Equal(3, left.CountBelowPower(7));
        left.Clear();
        Assert.Equal(0, left.Count);
        Assert.Equal(0, left.Percentile(99));
    }
}
