using System.Runtime.InteropServices;
using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Native.Host;
using FastShard.Server.Clients;
using FastShard.Server.CommandLine;
using FastShard.Server.Configuration;
using FastShard.Server.Sharding;

namespace FastShard.Server.Commands;

/// <summary>INFO's sections about what the server is and has. Names and order of fields are Redis's.</summary>
internal static class InfoSections
{
    private const int LruBits = 24;

    public static void Server(InfoText text, InfoSource source)
    {
        FastShardServer server = source.Server;
        long uptime = (source.NowMillis - server.StartedMillis) / 1000;
        text.Section("Server");
        text.Field("redis_version", ServerVersion.Redis);
        text.Field("redis_git_sha1", "00000000");
        text.Field("redis_git_dirty", 0);
        text.Field("redis_build_id", "0");
        text.Field("redis_mode", source.Options.ClusterEnabled ? "cluster" : "standalone");
        text.Field("fastshard_version", Launch.Version);
        text.Field("os", $"{RuntimeInformation.OSDescription} {RuntimeInformation.OSArchitecture}");
        text.Field("arch_bits", IntPtr.Size * 8);
        text.Field("runtime", RuntimeInformation.FrameworkDescription);
        text.Field("multiplexing_api", source.Options.Transport.ToString().ToLowerInvariant());
        text.Field("process_id", Environment.ProcessId);
        text.Field("process_supervised", "no");
        text.Field("run_id", server.RunId);
        text.Field("tcp_port", server.Port);
        text.Field("server_time_usec", SystemClock.WallMicros());
        text.Field("uptime_in_seconds", uptime);
        text.Field("uptime_in_days", uptime / 86400);
        text.Field("hz", source.Server.RoundsPerSecond);
        text.Field("configured_hz", source.Options.Hz);
        text.Field("lru_clock", (source.NowMillis / 1000) & ((1L << LruBits) - 1));
        text.Field("executable", Environment.ProcessPath ?? "");
        text.Field("config_file", server.Config.FilePath ?? "");
        text.Field("io_threads_active", 0);
        text.Field("shards", server.Shards.Length);
        text.Field("shard_threads_active", server.Crew?.Active ?? 0);
        if (server.Shutdown.IsWaiting)
            text.Field("shutdown_in_milliseconds", server.Shutdown.MillisLeft(source.NowMillis));
        int number = 0;
        foreach (string endpoint in server.Endpoints) text.Field($"listener{number++}", endpoint);
    }

    public static void Clients(InfoText text, InfoSource source)
    {
        long largestInput = 0;
        long largestOutput = 0;
        long watching = 0;
        long watchedKeys = 0;
        long blocked = 0;
        long subscribed = 0;
        foreach (Connection client in source.Server.AllConnections())
        {
            largestInput = Math.Max(largestInput, client.Input?.Capacity ?? 0);
            largestOutput = Math.Max(largestOutput, client.Output.AllocatedBytes);
            watchedKeys += client.Transaction.Watched.Count;
            if (client.Transaction.Watched.Count > 0) watching++;
            if (client.IsSubscribed) subscribed++;
            // Paused clients count as blocked, as in Redis.
            if (client.IsHeldBack || client.Blocked is not null || client.AwaitedCall is not null) blocked++;
        }
        long keys = 0;
        long groupKeys = 0;
        long deadlines = 0;
        foreach (Shard shard in source.Server.Shards)
        {
            keys += shard.Keyspace.Waiters.Count;
            groupKeys += shard.Keyspace.Waiters.CountGroupKeys();
            deadlines += shard.Deadlines.Count;
        }
        text.Section("Clients");
        text.Field("connected_clients", source.Server.Clients.Count - source.Server.Replication.Replicas.All.Length);
        text.Field("cluster_connections", 0);
        text.Field("maxclients", source.Options.MaxClients);
        text.Field("client_recent_max_input_buffer", largestInput);
        text.Field("client_recent_max_output_buffer", largestOutput);
        text.Field("blocked_clients", blocked);
        text.Field("tracking_clients", source.Server.Tracking.Count);
        text.Field("pubsub_clients", subscribed);
        text.Field("watching_clients", watching);
        text.Field("clients_in_timeout_table", deadlines);
        text.Field("total_watched_keys", watchedKeys);
        text.Field("total_blocking_keys", keys);
        text.Field("total_blocking_keys_on_nokey", groupKeys);
    }

    private static void AddLazyFrees(InfoText text, Dataset dataset)
    {
        long pending = 0;
        long freed = 0;
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            pending += keyspace.PendingFrees;
            freed += keyspace.Counters.LazyFreed;
        }
        text.Field("lazyfree_pending_objects", pending);
        text.Field("lazyfreed_objects", freed);
    }

    public static void Memory(InfoText text, InfoSource source)
    {
        MemoryFigures figures = MemoryFigures.Take(source.Server);
        text.Section("Memory");
        text.Bytes("used_memory", figures.Used);
        text.Bytes("used_memory_rss", figures.Resident);
        text.Bytes("used_memory_peak", figures.Peak);
        text.Field("used_memory_peak_perc", Percent(figures.Used, figures.Peak));
        text.Field("used_memory_overhead", figures.Overhead);
        text.Field("used_memory_startup", figures.Startup);
        text.Field("used_memory_dataset", figures.Dataset);
        text.Field("used_memory_dataset_perc", Percent(figures.Dataset, figures.Used - figures.Startup));
        text.Field("allocator_allocated", figures.Allocated);
        text.Field("allocator_active", figures.Mapped);
        text.Field("allocator_resident", figures.Mapped);
        text.Field("allocator_muzzy", 0);
        text.Bytes("total_system_memory", figures.System);
        text.Bytes("used_memory_lua", 0);
        text.Field("used_memory_vm_eval", 0);
        text.Field("used_memory_scripts_eval", 0);
        text.Field("number_of_cached_scripts", 0);
        text.Field("number_of_functions", 0);
        text.Field("number_of_libraries", 0);
        text.Field("used_memory_vm_functions", 0);
        text.Bytes("used_memory_vm_total", 0);
        text.Field("used_memory_functions", 0);
        text.Bytes("used_memory_scripts", 0);
        text.Bytes("maxmemory", source.Options.MaxMemory);
        text.Field("maxmemory_policy", ConfigValue(source, "maxmemory-policy"));
        text.Field("allocator_frag_ratio", figures.FragmentationRatio, digits: 2);
        text.Field("allocator_frag_bytes", figures.Mapped - figures.Allocated);
        text.Field("allocator_rss_ratio", 1, digits: 2);
        text.Field("allocator_rss_bytes", 0);
        text.Field("rss_overhead_ratio", MemoryFigures.Ratio(figures.Resident, figures.Mapped), digits: 2);
        text.Field("rss_overhead_bytes", figures.Resident - figures.Mapped);
        text.Field("mem_fragmentation_ratio", MemoryFigures.Ratio(figures.Resident, figures.Used), digits: 2);
        text.Field("mem_fragmentation_bytes", figures.Resident - figures.Used);
        text.Field("mem_not_counted_for_evict", figures.Journal + figures.Snapshot);
        long backlog = source.Server.Replication.Feed.IsOn ? source.Server.Replication.Feed.Backlog.AllocatedBytes : 0;
        text.Field("mem_replication_backlog", backlog);
        text.Field("mem_total_replication_buffers", backlog);
        text.Field("mem_clients_slaves", 0);
        text.Field("mem_clients_normal", figures.Clients);
        text.Field("mem_cluster_links", 0);
        text.Field("mem_aof_buffer", figures.Journal);
        text.Field("mem_snapshot_buffer", figures.Snapshot);
        text.Field("mem_allocator", "fastshard");
        text.Field("active_defrag_running", 0);
        AddLazyFrees(text, source.Server.Dataset);
        text.Bytes("managed_bytes", figures.Managed);
        text.Field("managed_committed_bytes", figures.ManagedCommitted);
        text.Field("gc_collections_gen0", GC.CollectionCount(0));
        text.Field("gc_collections_gen1", GC.CollectionCount(1));
        text.Field("gc_collections_gen2", GC.CollectionCount(2));
        text.Field("gc_pause_micros", GC.GetTotalPauseDuration().Ticks / 10);
    }

    public static void Cpu(InfoText text, InfoSource source)
    {
        ProcessUsage.ReadProcessorTime(out long user, out long system);
        text.Section("CPU");
        text.Field("used_cpu_sys", system / 1e6, digits: 6);
        text.Field("used_cpu_user", user / 1e6, digits: 6);
        text.Field("used_cpu_sys_children", 0, digits: 6);
        text.Field("used_cpu_user_children", 0, digits: 6);
    }

    public static void Cluster(InfoText text, InfoSource source)
    {
        text.Section("Cluster");
        text.Field("cluster_enabled", source.Options.ClusterEnabled ? 1 : 0);
        if (source.Options.ClusterEnabled) Clustering.Forwarding.ForwardInfo.Write(text, source.Server);
    }

    private static string ConfigValue(InfoSource source, string name) =>
        DirectiveTable.Find(name)!.Format(source.Options);

    private static string Percent(long part, long whole) =>
        InfoText.Fixed(whole <= 0 ? 0 : part * 100.0 / whole, digits: 2) + "%";
}
