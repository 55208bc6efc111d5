using FastShard.Engine.Commands;

namespace FastShard.Server.Statistics;

/// <summary>All shards' statistics seen as one. Made and read while every shard is held.</summary>
public sealed class StatisticsSum
{
    private readonly IReadOnlyList<ShardStatistics> _shards;

    public StatisticsSum(IReadOnlyList<ShardStatistics> shards)
    {
        _shards = shards;
        foreach (ShardStatistics shard in shards) Counters.Add(shard.Counters);
    }

    public ShardCounters Counters { get; } = new();

    public double OpsPerSecond => Sum(static shard => shard.OpsRate);

    public double InputBytesPerSecond => Sum(static shard => shard.InputRate);

    public double OutputBytesPerSecond => Sum(static shard => shard.OutputRate);

    /// <summary>Delays by kind, of all shards.</summary>
    public LatencyMonitor Latency()
    {
        LatencyMonitor sum = new();
        foreach (ShardStatistics shard in _shards) sum.Add(shard.Latency);
        return sum;
    }

    /// <summary>Error replies by their first word, ordered.</summary>
    public SortedDictionary<string, long> Errors()
    {
        SortedDictionary<string, long> sum = new(StringComparer.Ordinal);
        foreach (ShardStatistics shard in _shards)
        {
            foreach ((string kind, long count) in shard.Errors.Counts) sum[kind] = sum.GetValueOrDefault(kind) + count;
        }
        return sum;
    }

    public CommandCounts CountsOf(CommandSpec spec)
    {
        CommandCounts sum = default;
        foreach (ShardStatistics shard in _shards) sum.Add(shard.Commands[spec.Id]);
        return sum;
    }

    /// <summary>The command's durations; null when it was never timed.</summary>
    public LatencyHistogram? LatencyOf(CommandSpec spec)
    {
        LatencyHistogram? sum = null;
        foreach (ShardStatistics shard in _shards)
        {
            if (shard.LatencyOf(spec) is not { } part) continue;
            sum ??= new LatencyHistogram();
            sum.Add(part);
        }
        return sum;
    }

    /// <summary>A log's newest entries, newest first.</summary>
    public List<CommandLogEntry> Newest(CommandLogKind kind, long limit)
    {
        List<CommandLog> logs = [];
        foreach (ShardStatistics shard in _shards) logs.Add(shard.Log(kind));
        return CommandLog.Newest(logs, limit);
    }

    private double Sum(Func<ShardStatistics, RateSampler> rate)
    {
        double sum = 0;
        foreach (ShardStatistics shard in _shards) sum += rate(shard).PerSecond;
        return sum;
    }
}
