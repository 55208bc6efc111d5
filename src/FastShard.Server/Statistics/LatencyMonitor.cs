namespace FastShard.Server.Statistics;

/// <summary>One shard's delays above latency-monitor-threshold, by kind: the source of LATENCY.</summary>
public sealed class LatencyMonitor
{
    /// <summary>A command that is not fast.</summary>
    public const string Command = "command";

    /// <summary>A command that is O(1) or O(log n).</summary>
    public const string FastCommand = "fast-command";

    /// <summary>A round of active expiry.</summary>
    public const string ExpireCycle = "expire-cycle";

    /// <summary>A round of eviction.</summary>
    public const string EvictionCycle = "eviction-cycle";

    private readonly SortedDictionary<string, LatencyEvent> _events = new(StringComparer.Ordinal);

    /// <summary>The kinds that were seen, by name.</summary>
    public IReadOnlyDictionary<string, LatencyEvent> Events => _events;

    /// <summary>Notes a delay if it reaches the threshold; a threshold of 0 is off.</summary>
    public void Record(string kind, long millis, long thresholdMillis, long nowMillis)
    {
        if (thresholdMillis == 0 || millis < thresholdMillis) return;
        EventOf(kind).Record(new LatencySample(nowMillis / 1000, millis));
    }

    /// <summary>Forgets one kind; false when there was nothing of it.</summary>
    public bool Reset(string kind) => _events.Remove(kind);

    public void Add(LatencyMonitor other)
    {
        foreach ((string kind, LatencyEvent samples) in other._events) EventOf(kind).Add(samples);
    }

    private LatencyEvent EventOf(string kind)
    {
        if (!_events.TryGetValue(kind, out LatencyEvent? samples)) _events[kind] = samples = new LatencyEvent();
        return samples;
    }
}
