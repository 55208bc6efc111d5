using System.Globalization;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Server.PubSub;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.Commands;

/// <summary>INFO's sections of counts: since the start, or since CONFIG RESETSTAT.</summary>
internal static class InfoStatisticsSections
{
    private const double BytesPerKilobyte = 1024;

    public static void Stats(InfoText text, InfoSource source)
    {
        StatisticsSum statistics = source.Statistics;
        ShardCounters counters = statistics.Counters;
        KeyspaceCounters keys = Sum(source.Server.Dataset);
        text.Section("Stats");
        text.Field("total_connections_received", counters.ConnectionsReceived);
        text.Field("total_commands_processed", counters.Commands);
        text.Field("instantaneous_ops_per_sec", (long)statistics.OpsPerSecond);
        text.Field("total_net_input_bytes", counters.InputBytes);
        text.Field("total_net_output_bytes", counters.OutputBytes);
        text.Field("total_net_repl_input_bytes", 0);
        text.Field("total_net_repl_output_bytes", 0);
        text.Field("instantaneous_input_kbps", statistics.InputBytesPerSecond / BytesPerKilobyte, digits: 2);
        text.Field("instantaneous_output_kbps", statistics.OutputBytesPerSecond / BytesPerKilobyte, digits: 2);
        text.Field("instantaneous_input_repl_kbps", 0, digits: 2);
        text.Field("instantaneous_output_repl_kbps", 0, digits: 2);
        text.Field("rejected_connections", counters.ConnectionsRejected);
        text.Field("sync_full", source.Server.Replication.SyncsFull);
        text.Field("sync_partial_ok", source.Server.Replication.SyncsPartial);
        text.Field("sync_partial_err", source.Server.Replication.SyncsRefused);
        text.Field("expired_subkeys", keys.ExpiredFields);
        text.Field("expired_keys", keys.Expired);
        text.Field("expired_stale_perc", keys.StalePercent, digits: 2);
        text.Field("expired_time_cap_reached_count", keys.ExpireCycleBudgetReached);
        text.Field("expire_cycle_cpu_milliseconds", keys.ExpireCycleMicros / 1000);
        text.Field("evicted_keys", keys.Evicted);
        text.Field("evicted_clients", counters.ClientsEvicted);
        text.Field("evicted_scripts", 0);
        text.Field("total_eviction_exceeded_time", 0);
        text.Field("current_eviction_exceeded_time", 0);
        text.Field("keyspace_hits", keys.Hits);
        text.Field("keyspace_misses", keys.Misses);
        text.Field("pubsub_channels", Count(source.Server.PubSub.Tables(TopicKind.Channel)));
        text.Field("pubsub_patterns", source.Server.PubSub.Patterns.Count);
        text.Field("pubsubshard_channels", Count(source.Server.PubSub.Tables(TopicKind.ShardChannel)));
        text.Field("latest_fork_usec", 0);
        text.Field("total_forks", 0);
        text.Field("migrate_cached_sockets", 0);
        text.Field("slave_expires_tracked_keys", 0);
        text.Field("active_defrag_hits", 0);
        text.Field("active_defrag_misses", 0);
        text.Field("active_defrag_key_hits", 0);
        text.Field("active_defrag_key_misses", 0);
        text.Field("total_active_defrag_time", 0);
        text.Field("current_active_defrag_time", 0);
        text.Field("tracking_total_keys", source.Server.Tracking.KeyCount);
        text.Field("tracking_total_items", source.Server.Tracking.ItemCount);
        text.Field("tracking_total_prefixes", source.Server.Tracking.PrefixCount);
        text.Field("unexpected_error_replies", 0);
        text.Field("total_error_replies", counters.Errors);
        text.Field("dump_payload_sanitizations", 0);
        text.Field("total_reads_processed", counters.Reads);
        text.Field("total_writes_processed", counters.Writes);
        text.Field("io_threaded_reads_processed", 0);
        text.Field("io_threaded_writes_processed", 0);
        text.Field("client_query_buffer_limit_disconnections", counters.QueryBufferClosed);
        text.Field("client_output_buffer_limit_disconnections", counters.OutputBufferClosed);
        text.Field("reply_buffer_shrinks", 0);
        text.Field("reply_buffer_expands", 0);
        text.Field("acl_access_denied_auth", counters.LoginsDenied);
        text.Field("acl_access_denied_cmd", 0);
        text.Field("acl_access_denied_key", 0);
        text.Field("acl_access_denied_channel", 0);
    }

    public static void CommandStats(InfoText text, InfoSource source)
    {
        text.Section("Commandstats");
        foreach (CommandSpec spec in source.Server.Commands.All)
        {
            CommandCounts counts = source.Statistics.CountsOf(spec);
            if (counts.Calls == 0 && counts.Rejected == 0 && counts.Failed == 0) continue;
            double perCall = counts.Calls == 0 ? 0 : counts.Nanos / 1000.0 / counts.Calls;
            text.Field(
                "cmdstat_" + spec.FullName,
                string.Create(CultureInfo.InvariantCulture,
                    $"calls={counts.Calls},usec={counts.Nanos / 1000},usec_per_call={perCall:F2}," +
                    $"rejected_calls={counts.Rejected},failed_calls={counts.Failed}"));
        }
    }

    public static void ErrorStats(InfoText text, InfoSource source)
    {
        text.Section("Errorstats");
        foreach ((string kind, long count) in source.Statistics.Errors())
            text.Field("errorstat_" + kind, $"count={count}");
    }

    public static void LatencyStats(InfoText text, InfoSource source)
    {
        text.Section("Latencystats");
        foreach (CommandSpec spec in source.Server.Commands.All)
        {
            if (source.Statistics.LatencyOf(spec) is not { Count: > 0 } histogram) continue;
            text.Field("latency_percentiles_usec_" + spec.FullName, Percentiles(histogram, source));
        }
    }

    public static void Shards(InfoText text, InfoSource source)
    {
        text.Section("Shards");
        foreach (Shard shard in source.Server.Shards)
        {
            long keys = 0;
            for (int index = 0; index < source.Server.Dataset.DatabaseCount; index++)
                keys += shard.Keyspace.Existing(index)?.Table.Count ?? 0;
            ShardCounters counters = shard.Statistics.Counters;
            text.Field(
                $"shard{shard.Index}",
                $"clients={shard.Connections.Count},keys={keys},bytes={shard.Keyspace.Heap.UsedBytes}," +
                $"ops={counters.Commands},ops_per_sec={(long)shard.Statistics.OpsRate.PerSecond}," +
                $"net_in={counters.InputBytes},net_out={counters.OutputBytes}");
        }
    }

    public static void Keyspace(InfoText text, InfoSource source)
    {
        text.Section("Keyspace");
        for (int index = 0; index < source.Server.Dataset.DatabaseCount; index++)
        {
            long keys = 0;
            long expires = 0;
            double timeLeft = 0;
            foreach (Keyspace keyspace in source.Server.Dataset.Keyspaces)
            {
                if (keyspace.Existing(index) is not { } database) continue;
                (long hidden, long hiddenVolatile) = keyspace.Hidden?.CountIn(database.Table) ?? (0, 0);
                keys += database.Table.Count - hidden;
                expires += database.Table.VolatileCount - hiddenVolatile;
                timeLeft += unchecked(
                    database.Table.ExpirySumMillis - (database.Table.VolatileCount * source.NowMillis));
            }
            long average = expires == 0 ? 0 : (long)Math.Max(0, timeLeft / expires);
            if (keys > 0) text.Field($"db{index}", $"keys={keys},expires={expires},avg_ttl={average}");
        }
    }

    private static string Percentiles(LatencyHistogram histogram, InfoSource source)
    {
        List<string> parts = [];
        foreach (double percentile in source.Options.LatencyTrackingInfoPercentiles)
        {
            double micros = histogram.Percentile(percentile) / 1000.0;
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"p{percentile}={micros:F3}"));
        }
        return string.Join(',', parts);
    }

    private static long Count(IEnumerable<TopicTable> tables)
    {
        long count = 0;
        foreach (TopicTable table in tables) count += table.Count;
        return count;
    }

    private static KeyspaceCounters Sum(Dataset dataset)
    {
        KeyspaceCounters sum = new();
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            KeyspaceCounters counters = keyspace.Counters;
            sum.Hits += counters.Hits;
            sum.Misses += counters.Misses;
            sum.Expired += counters.Expired;
            sum.ExpiredFields += counters.ExpiredFields;
            sum.Evicted += counters.Evicted;
            sum.ExpireCycleMicros += counters.ExpireCycleMicros;
            sum.ExpireCycleBudgetReached += counters.ExpireCycleBudgetReached;
            sum.StalePercent = Math.Max(sum.StalePercent, counters.StalePercent);
        }
        return sum;
    }
}
