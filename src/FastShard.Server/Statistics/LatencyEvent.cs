namespace FastShard.Server.Statistics;

/// <summary>
/// The delays of one kind ("command", "expire-cycle"): the last seconds that had one, and the worst ever.
/// </summary>
public sealed class LatencyEvent
{
    /// <summary>Seconds that are remembered.</summary>
    public const int SamplesMax = 160;

    private readonly List<LatencySample> _samples = [];

    /// <summary>The worst since the last reset, milliseconds.</summary>
    public long MaxMillis { get; private set; }

    /// <summary>Oldest first; at most one a second.</summary>
    public IReadOnlyList<LatencySample> Samples => _samples;

    /// <summary>Notes a delay; several of one second are one sample, their worst.</summary>
    public void Record(LatencySample sample)
    {
        MaxMillis = Math.Max(MaxMillis, sample.Millis);
        int index = _samples.Count - 1;
        while (index >= 0 && _samples[index].UnixSeconds > sample.UnixSeconds) index--;
        if (index >= 0 && _samples[index].UnixSeconds == sample.UnixSeconds)
        {
            if (_samples[index].Millis < sample.Millis) _samples[index] = sample;
            return;
        }
        _samples.Insert(index + 1, sample);
        if (_samples.Count > SamplesMax) _samples.RemoveAt(0);
    }

    public void Add(LatencyEvent other)
    {
        foreach (LatencySample sample in other._samples) Record(sample);
        MaxMillis = Math.Max(MaxMillis, other.MaxMillis);
    }
}
