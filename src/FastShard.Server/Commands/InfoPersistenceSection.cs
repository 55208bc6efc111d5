using FastShard.Native.Clocks;
using FastShard.Server.Journaling;
using FastShard.Server.Saving;

namespace FastShard.Server.Commands;

/// <summary>
/// INFO's section about files: Redis's fields. What is called copied on write there is what was copied before writes.
/// </summary>
internal static class InfoPersistenceSection
{
    public static void Write(InfoText text, InfoSource source)
    {
        text.Section("Persistence");
        WriteLoading(text, source);
        WriteSnapshots(text, source);
        WriteAppendOnly(text, source.Server.Aof);
        text.Field("module_fork_in_progress", 0);
        text.Field("module_fork_last_cow_size", 0);
        if (source.Server.Aof.IsOn) WriteAppendOnlyFiles(text, source.Server.Aof);
        if (source.Server.Loader.Progress is { } progress) WriteProgress(text, progress, source.NowMillis);
    }

    private static void WriteLoading(InfoText text, InfoSource source)
    {
        text.Field("loading", source.Server.Gates.IsLoading ? 1 : 0);
        text.Field("async_loading", 0);
    }

    private static void WriteSnapshots(InfoText text, InfoSource source)
    {
        Saver saver = source.Server.Saver;
        SnapshotRun? run = saver.Run;
        text.Field("current_cow_peak", run?.CopiedBytes ?? 0);
        text.Field("current_cow_size", run?.CopiedBytes ?? 0);
        text.Field("current_cow_size_age", 0);
        long total = run?.Snapshot.TotalKeys ?? 0;
        bool isForReplicas = saver.IsTaken && !source.Server.Aof.IsRewriting;
        text.Field("current_fork_perc", total == 0 ? 0 : 100.0 * run!.TakenKeys / total, digits: 2);
        text.Field("current_save_keys_processed", run?.TakenKeys ?? 0);
        text.Field("current_save_keys_total", total);
        text.Field("rdb_changes_since_last_save", saver.Changes);
        text.Field("rdb_bgsave_in_progress", saver.IsRunning || saver.IsAboutToRun || isForReplicas ? 1 : 0);
        text.Field("rdb_last_save_time", saver.LastSaveMillis / 1000);
        text.Field("rdb_last_bgsave_status", saver.IsLastSaveGood ? "ok" : "err");
        text.Field("rdb_last_bgsave_time_sec", saver.LastSeconds);
        long seconds = run is null ? -1 : (SystemClock.WallMillis() - run.StartedMillis) / 1000;
        text.Field("rdb_current_bgsave_time_sec", seconds);
        text.Field("rdb_saves", saver.Saves);
        text.Field("rdb_last_cow_size", saver.LastCopiedBytes);
        text.Field("rdb_last_load_keys_expired", source.Server.Loader.ExpiredKeys);
        text.Field("rdb_last_load_keys_loaded", source.Server.Loader.LoadedKeys);
    }

    private static void WriteAppendOnly(InfoText text, AppendOnlyFile aof)
    {
        text.Field("aof_enabled", aof.IsOn ? 1 : 0);
        text.Field("aof_rewrite_in_progress", aof.IsRewriting ? 1 : 0);
        text.Field("aof_rewrite_scheduled", aof.IsRewriteScheduled ? 1 : 0);
        text.Field("aof_last_rewrite_time_sec", aof.LastRewriteSeconds);
        text.Field("aof_current_rewrite_time_sec", aof.RewritingSeconds);
        text.Field("aof_last_bgrewrite_status", aof.Failures == 0 ? "ok" : "err");
        text.Field("aof_rewrites", aof.Rewrites);
        text.Field("aof_rewrites_consecutive_failures", aof.Failures);
        text.Field("aof_last_write_status", aof.Error is null ? "ok" : "err");
        text.Field("aof_last_cow_size", 0);
    }

    private static void WriteAppendOnlyFiles(InfoText text, AppendOnlyFile aof)
    {
        text.Field("aof_current_size", aof.Size);
        text.Field("aof_base_size", aof.BaseSize);
        text.Field("aof_pending_rewrite", 0);
        text.Field("aof_buffer_length", aof.Log.PendingBytes);
        text.Field("aof_pending_bio_fsync", 0);
        text.Field("aof_delayed_fsync", 0);
    }

    private static void WriteProgress(InfoText text, LoadProgress progress, long nowMillis)
    {
        text.Field("loading_start_time", progress.StartedMillis / 1000);
        text.Field("loading_total_bytes", progress.TotalBytes);
        text.Field("loading_rdb_used_mem", 0);
        text.Field("loading_loaded_bytes", progress.ReadBytes);
        text.Field("loading_loaded_perc", progress.Percent, digits: 2);
        text.Field("loading_eta_seconds", progress.SecondsLeft(nowMillis));
    }
}
