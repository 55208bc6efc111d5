using FastShard.Server.Configuration.Kinds;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class ObservabilityDirectives
{
    public static readonly DirectiveGroup Group = new("Slow log, latency and events",
        "What the server remembers of slow or large commands, and what it tells subscribers about keys.",
    [
        Long("slowlog-log-slower-than", static o => ref o.SlowlogLogSlowerThanMicros, 10000, -1,
            "Microseconds from which a command enters the slow log; 0 logs every command, -1 none.",
            alias: "commandlog-execution-slower-than"),
        Long("slowlog-max-len", static o => ref o.SlowlogMaxLength, 128, 0,
            "Commands that the slow log keeps.", alias: "commandlog-slow-execution-max-len"),
        Long("commandlog-request-larger-than", static o => ref o.CommandlogRequestLargerThan, 1 << 20, -1,
            "Bytes from which a request enters the log of large requests; -1 logs none."),
        Long("commandlog-large-request-max-len", static o => ref o.CommandlogLargeRequestMaxLength, 128, 0,
            "Commands that the log of large requests keeps."),
        Long("commandlog-reply-larger-than", static o => ref o.CommandlogReplyLargerThan, 1 << 20, -1,
            "Bytes from which a reply enters the log of large replies; -1 logs none."),
        Long("commandlog-large-reply-max-len", static o => ref o.CommandlogLargeReplyMaxLength, 128, 0,
            "Commands that the log of large replies keeps."),
        Long("latency-monitor-threshold", static o => ref o.LatencyMonitorThresholdMillis, 0, 0,
            "Milliseconds from which the latency monitor notes an event; 0 turns it off."),
        Bool("latency-tracking", static o => ref o.LatencyTracking, true,
            "Keep a histogram of each command's latency."),
        new PercentilesDirective(
            "latency-tracking-info-percentiles", static o => ref o.LatencyTrackingInfoPercentiles, [50, 99, 99.9])
        {
            Summary = "Percentiles of those histograms that INFO shows.",
        },
        new KeyspaceEventsDirective("notify-keyspace-events", static o => ref o.NotifyKeyspaceEvents)
        {
            Summary = "Which changes of keys are published: K and E choose the channels, S, T, I and V those that name "
                + "fields of hashes, the other letters the events; empty publishes none.",
        },
    ]);
}
