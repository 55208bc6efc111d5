namespace FastShard.Server.Statistics;

/// <summary>
/// How fast a counter rises just now: the mean of the last sixteen samples' rates, as Redis's instantaneous_* fields.
/// </summary>
public sealed class RateSampler
{
    private const int SampleCount = 16;

    private readonly double[] _rates = new double[SampleCount];
    private int _next;
    private long _lastValue;
    private long _lastMillis;

    /// <summary>Mean rise a second.</summary>
    public double PerSecond
    {
        get
        {
            double sum = 0;
            foreach (double rate in _rates) sum += rate;
            return sum / SampleCount;
        }
    }

    /// <summary>Takes one sample; called about ten times a second.</summary>
    public void Sample(long value, long nowMillis)
    {
        long elapsed = nowMillis - _lastMillis;
        if (elapsed <= 0) return;
        if (_lastMillis > 0) Push(Math.Max(0, value - _lastValue) * 1000.0 / elapsed);
        _lastValue = value;
        _lastMillis = nowMillis;
    }

    /// <summary>Forgets the past: the counter was set back.</summary>
    public void Clear()
    {
        Array.Clear(_rates);
        _lastMillis = 0;
    }

    private void Push(double rate)
    {
        _rates[_next] = rate;
        _next = (_next + 1) % SampleCount;
    }
}
