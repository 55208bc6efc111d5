namespace FastShard.Server.Statistics;

/// <summary>
/// How much native memory is used, and the most that was. Measured a few times a second by the first shard, and by
/// everybody who asks, so that the peak is never less than any figure that was shown.
/// </summary>
internal sealed class MemoryPeak
{
    private readonly Func<long> _measure;
    private long _peak;

    public MemoryPeak(Func<long> measure)
    {
        _measure = measure;
        StartupBytes = Measure();
    }

    /// <summary>Used when the server was composed.</summary>
    public long StartupBytes { get; }

    /// <summary>The most that was measured.</summary>
    public long Bytes => Volatile.Read(ref _peak);

    /// <summary>Measures now.</summary>
    public long Measure()
    {
        long used = _measure();
        long peak;
        do peak = Volatile.Read(ref _peak);
        while (used > peak && Interlocked.CompareExchange(ref _peak, used, peak) != peak);
        return used;
    }

    /// <summary>CONFIG RESETSTAT: the peak is what is used now.</summary>
    public void Reset() => Volatile.Write(ref _peak, _measure());
}
