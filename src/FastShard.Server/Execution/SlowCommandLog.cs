using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Statistics;

namespace FastShard.Server.Execution;

/// <summary>Writes entries of SLOWLOG and LATENCY for commands that took too long.</summary>
internal static class SlowCommandLog
{
    /// <summary>Adds a slow log entry.</summary>
    public static void Add(
        ShardStatistics statistics, Connection client, in ArgumentView arguments, long micros, long nowMillis)
    {
        var entry = new CommandLogEntry
        {
            Id = ShardStatistics.NextLogId(),
            UnixSeconds = nowMillis / 1000,
            Amount = micros,
            Arguments = CommandLogEntry.Copy(arguments, null),
            ClientAddress = client.Channel.PeerAddress,
            ClientName = client.Name,
        };
        statistics.Log(CommandLogKind.Slow).Add(entry, client.Server.Options.SlowlogMaxLength);
    }

    /// <summary>Adds a latency event.</summary>
    public static void AddLatency(
        ShardStatistics statistics, CommandSpec spec, long millis, long thresholdMillis, long nowMillis)
    {
        string kind = spec.Is(CommandFlags.Fast) ? LatencyMonitor.FastCommand : LatencyMonitor.Command;
        statistics.Latency.Record(kind, millis, thresholdMillis, nowMillis);
    }
}
