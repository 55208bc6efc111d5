using FastShard.Persistence.Rdb;
using FastShard.Server.Configuration.Kinds;
using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class PersistenceDirectives
{
    public static readonly DirectiveGroup Group = new("Persistence",
        "Where data is kept on disk, and when it is written.",
    [
        new SaveDirective("save", static o => ref o.Save, [new(3600, 1), new(300, 100), new(60, 10000)])
        {
            Summary = "Save a snapshot after so many seconds with at least so many changes; \"\" for never.",
        },
        new StringDirective("dir", static o => ref o.Directory, Environment.CurrentDirectory)
        {
            Summary = "Folder of the data files.",
            DefaultNote = "./",
            Flags = Protected,
            Rule = static path => Directory.Exists(path) ? null : "No such file or directory",
            Normalize = static path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)),
        },
        new StringDirective("dbfilename", static o => ref o.DbFileName, "dump.rdb")
        {
            Summary = "Name of the snapshot file in that folder.",
            Flags = Protected,
            Rule = static name => CheckFileName(name, "dbfilename"),
        },
        Bool("appendonly", static o => ref o.AppendOnly, false,
            "Log every write to an append-only file.", DeniesLoading),
        Enum("appendfsync", static o => ref o.AppendFsync, AppendFsync.EverySecond,
            [("everysec", AppendFsync.EverySecond), ("always", AppendFsync.Always), ("no", AppendFsync.No)],
            "When the append-only file is forced to disk."),
        new StringDirective("appendfilename", static o => ref o.AppendFileName, "appendonly.aof")
        {
            Summary = "First part of the append-only files' names.",
            Flags = Immutable,
            Rule = static name => CheckFileName(name, "appendfilename"),
        },
        new StringDirective("appenddirname", static o => ref o.AppendDirName, "appendonlydir")
        {
            Summary = "Folder of the append-only files, inside dir.",
            Flags = Immutable,
            Rule = static name => CheckFileName(name, "appenddirname"),
        },
        Bool("no-appendfsync-on-rewrite", static o => ref o.NoAppendFsyncOnRewrite, false,
            "Do not force the append-only file to disk while a snapshot or a rewrite is written."),
        Int("auto-aof-rewrite-percentage", static o => ref o.AutoAofRewritePercentage, 100, 0, int.MaxValue,
            "Growth at which the append-only file is rewritten; 0 is never."),
        MemorySize("auto-aof-rewrite-min-size", static o => ref o.AutoAofRewriteMinSize, 64 << 20, 0,
            "Size below which it is not rewritten."),
        Bool("aof-load-truncated", static o => ref o.AofLoadTruncated, true,
            "Load an append-only file whose end is missing."),
        Bool("aof-use-rdb-preamble", static o => ref o.AofUseRdbPreamble, true,
            "Begin a rewritten append-only file with a snapshot."),
        Bool("aof-timestamp-enabled", static o => ref o.AofTimestampEnabled, false,
            "Note times in the append-only file."),
        Bool("aof-rewrite-incremental-fsync", static o => ref o.AofRewriteIncrementalFsync, true,
            "Force a rewritten file to disk in steps."),
        Bool("aof-disable-auto-gc", static o => ref o.AofDisableAutoGc, false,
            "Keep append-only files that are no longer needed."),
        Bool("stop-writes-on-bgsave-error", static o => ref o.StopWritesOnSaveError, true,
            "Refuse writes while snapshots fail."),
        Bool("rdbcompression", static o => ref o.RdbCompression, true,
            "Compress strings of more than 20 bytes in snapshots and in what DUMP returns."),
        Int("rdb-version", static o => ref o.RdbVersion,
            RdbVersion.Default, RdbVersion.WrittenMin, RdbVersion.WrittenMax,
            "Version of the format of snapshots and of what DUMP returns: 9 is for Redis 5, 10 for 7.0, 11 for 7.2."),
        Bool("rdbchecksum", static o => ref o.RdbChecksum, true,
            "End a snapshot with a checksum, and compare it when one is loaded.", Immutable),
        Bool("rdb-del-sync-files", null, false, "Remove snapshots that only served replication."),
        Bool("rdb-save-incremental-fsync", static o => ref o.RdbSaveIncrementalFsync, true,
            "Force a snapshot to disk in steps."),
        Int("rdb-key-save-delay", static o => ref o.RdbKeySaveDelayMicros, 0, int.MinValue, int.MaxValue,
            "Microseconds to wait for each key of a snapshot that is written, for tests of saving.", Hidden),
        Int("key-load-delay", static o => ref o.KeyLoadDelayMicros, 0, int.MinValue, int.MaxValue,
            "Microseconds to wait after each key of a file that is loaded, for tests of loading.", Hidden),
        Choice("sanitize-dump-payload", "no", ["no", "yes", "clients"], "How closely restored values are checked."),
    ]);

    private static string? CheckFileName(string name, string directive)
    {
        if (name.Length == 0) return $"{directive} can't be empty";
        return name.AsSpan().ContainsAny('/', '\\') ? $"{directive} can't be a path, just a filename" : null;
    }
}
