using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;
using FastShard.Server.Statistics;

namespace FastShard.Server.Execution;

/// <summary>
/// Who wants to hear of single slow commands: the slow log and the latency monitor, by their thresholds.
/// </summary>
internal sealed class SlowWatchers
{
    // Above this no Fast command is expected, so that runs of them need not be timed one by one.
    private const long PreciseBelowMicros = 1000;

    private readonly ServerOptions _options;
    private long _largeRequestBytes = long.MaxValue;
    private long _largeReplyBytes = long.MaxValue;

    public SlowWatchers(ServerOptions options) => _options = options;

    /// <summary>Every command has to be timed by itself.</summary>
    public bool IsPrecise { get; private set; }

    /// <summary>Reads the thresholds after they were configured.</summary>
    public void Configure()
    {
        long slower = _options.SlowlogLogSlowerThanMicros;
        IsPrecise = slower is >= 0 and < PreciseBelowMicros
            || _options.LatencyMonitorThresholdMillis is > 0 and < 10;
        _largeRequestBytes = LimitOf(_options.CommandlogRequestLargerThan);
        _largeReplyBytes = LimitOf(_options.CommandlogReplyLargerThan);
    }

    /// <summary>True when a request or reply of so many bytes belongs into COMMANDLOG.</summary>
    public bool IsLarge(long requestBytes, long replyBytes) =>
        requestBytes >= _largeRequestBytes || replyBytes >= _largeReplyBytes;

    /// <summary>A command's request or reply was large.</summary>
    public void NoteLarge(
        ShardStatistics statistics, Connection client, CommandSpec spec, in ArgumentView arguments, long replyBytes,
        long nowMillis)
    {
        if (spec.Is(CommandFlags.SkipSlowlog)) return;
        long requestBytes = arguments.TotalBytes;
        if (requestBytes >= _largeRequestBytes)
        {
            SlowCommandLog.Add(
                CommandLogKind.LargeRequest, statistics, client, spec, arguments, requestBytes, nowMillis);
        }
        if (replyBytes >= _largeReplyBytes)
            SlowCommandLog.Add(CommandLogKind.LargeReply, statistics, client, spec, arguments, replyBytes, nowMillis);
    }

    /// <summary>A command took so long.</summary>
    public void Observe(
        ShardStatistics statistics, Connection client, CommandSpec spec, in ArgumentView arguments, long nanos,
        long nowMillis)
    {
        long micros = nanos / 1000;
        long slower = _options.SlowlogLogSlowerThanMicros;
        if (slower >= 0 && micros >= slower && !spec.Is(CommandFlags.SkipSlowlog))
            SlowCommandLog.Add(CommandLogKind.Slow, statistics, client, spec, arguments, micros, nowMillis);
        long threshold = _options.LatencyMonitorThresholdMillis;
        if (threshold > 0 && micros >= threshold * 1000)
            SlowCommandLog.AddLatency(statistics, spec, micros / 1000, threshold, nowMillis);
    }

    private static long LimitOf(long threshold) => threshold < 0 ? long.MaxValue : threshold;
}
