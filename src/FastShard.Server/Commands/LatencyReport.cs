using System.Text;
using FastShard.Server.Configuration;
using FastShard.Server.Statistics;

namespace FastShard.Server.Commands;

/// <summary>LATENCY DOCTOR: what was slow, in words, and what may be done about it.</summary>
internal static class LatencyReport
{
    public static string Write(LatencyMonitor latency, ServerOptions options)
    {
        if (options.LatencyMonitorThresholdMillis == 0 && latency.Events.Count == 0)
        {
            return "Latency monitoring is off, so there is nothing to tell. Turn it on with "
                + "CONFIG SET latency-monitor-threshold <milliseconds>.\n";
        }
        if (latency.Events.Count == 0) return "No delay reached the threshold so far. Nothing to report.\n";
        StringBuilder report = new("Delays that reached the threshold, by kind:\n\n");
        int number = 0;
        foreach ((string name, LatencyEvent samples) in latency.Events) Describe(report, ++number, name, samples);
        report.Append("\nAdvice:\n\n");
        foreach (string name in latency.Events.Keys) report.Append($"- {Advice(name)}\n");
        return report.ToString();
    }

    private static void Describe(StringBuilder report, int number, string name, LatencyEvent samples)
    {
        long sum = 0;
        foreach (LatencySample sample in samples.Samples) sum += sample.Millis;
        int count = samples.Samples.Count;
        double mean = (double)sum / count;
        double deviation = 0;
        foreach (LatencySample sample in samples.Samples) deviation += Math.Abs(sample.Millis - mean);
        long seconds = samples.Samples[^1].UnixSeconds - samples.Samples[0].UnixSeconds;
        report.Append($"{number}. {name}: {count} seconds with high latencies, mean {mean:F0} ms, mean deviation ")
            .Append($"{deviation / count:F0} ms, worst ever {samples.MaxMillis} ms");
        if (count > 1) report.Append($", one every {seconds / (double)(count - 1):F1} s");
        report.Append(".\n");
    }

    private static string Advice(string name) => name switch
    {
        LatencyMonitor.Command =>
            "command: SLOWLOG GET names the slow commands; ask for less at a time, or scan instead.",
        LatencyMonitor.FastCommand =>
            "fast-command: these are cheap, so the machine itself was busy: look for other processes on its cores.",
        LatencyMonitor.ExpireCycle =>
            "expire-cycle: many keys expire at the same time; spread their deadlines, or lower active-expire-effort.",
        LatencyMonitor.EvictionCycle =>
            "eviction-cycle: memory is at maxmemory; raise it, or lower maxmemory-eviction-tenacity.",
        _ => $"{name}: LATENCY HISTORY {name} shows when it happened.",
    };
}
