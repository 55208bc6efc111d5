using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;
using FastShard.Server.Statistics;

namespace FastShard.Server.Execution;

/// <summary>Writes entries of SLOWLOG, COMMANDLOG and LATENCY for commands that passed a threshold.</summary>
internal static class SlowCommandLog
{
    /// <summary>Adds an entry to one of the logs; the amount is microseconds or bytes.</summary>
    public static void Add(
        CommandLogKind kind, ShardStatistics statistics, Connection client, CommandSpec spec,
        in ArgumentView arguments, long amount, long nowMillis)
    {
        long limit = LimitOf(client.Server.Options, kind);
        if (limit == 0) return;
        var entry = new CommandLogEntry
        {
            Id = ShardStatistics.NextLogId(kind),
            UnixSeconds = nowMillis / 1000,
            Amount = amount,
            Arguments = CommandLogEntry.Copy(arguments, SecretArguments.Find(spec, arguments)),
            ClientAddress = client.Channel.PeerAddress,
            ClientName = client.Name,
        };
        statistics.Log(kind).Add(entry, limit);
    }

    /// <summary>How many entries the log may have.</summary>
    public static long LimitOf(ServerOptions options, CommandLogKind kind) => kind switch
    {
        CommandLogKind.Slow => options.SlowlogMaxLength,
        CommandLogKind.LargeRequest => options.CommandlogLargeRequestMaxLength,
        _ => options.CommandlogLargeReplyMaxLength,
    };

    /// <summary>Adds a latency event.</summary>
    public static void AddLatency(
        ShardStatistics statistics, CommandSpec spec, long millis, long thresholdMillis, long nowMillis)
    {
        string kind = spec.Is(CommandFlags.Fast) ? LatencyMonitor.FastCommand : LatencyMonitor.Command;
        statistics.Latency.Record(kind, millis, thresholdMillis, nowMillis);
    }
}
