using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;
using FastShard.Server.Statistics;

namespace FastShard.Server.Execution;

/// <summary>Who wants to hear of single slow commands: the slow log and the latency monitor, by their thresholds.</summary>
internal sealed class SlowWatchers
{
    // Above this no Fast command is expected, so that runs of them need not be timed one by one.
    private const long PreciseBelowMicros = 1000;

    private readonly ServerOptions _options;

    public SlowWatchers(ServerOptions options) => _options = options;

    /// <summary>Every command has to be timed by itself.</summary>
    public bool IsPrecise { get; private set; }

    /// <summary>Reads the thresholds after they were configured.</summary>
    public void Configure()
    {
        long slower = _options.SlowlogLogSlowerThanMicros;
        IsPrecise = slower is >= 0 and < PreciseBelowMicros
            || _options.LatencyMonitorThresholdMillis is > 0 and < 10;
    }

    /// <summary>A command took so long.</summary>
    public void Observe(
        ShardStatistics statistics, Connection client, CommandSpec spec, in ArgumentView arguments, long nanos, long nowMillis)
    {
        long micros = nanos / 1000;
        long slower = _options.SlowlogLogSlowerThanMicros;
        if (slower >= 0 && micros >= slower && !spec.Is(CommandFlags.SkipSlowlog))
            SlowCommandLog.Add(statistics, client, arguments, micros, nowMillis);
        long threshold = _options.LatencyMonitorThresholdMillis;
        if (threshold > 0 && micros >= threshold * 1000)
            SlowCommandLog.AddLatency(statistics, spec, micros / 1000, threshold, nowMillis);
    }
}
