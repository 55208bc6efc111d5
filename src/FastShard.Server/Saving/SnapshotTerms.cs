using System.Globalization;
using FastShard.Native.Clocks;
using FastShard.Persistence.Rdb;
using FastShard.Persistence.Snapshots;
using FastShard.Server.Configuration;

namespace FastShard.Server.Saving;

/// <summary>How this server writes a snapshot, whatever it is for.</summary>
internal static class SnapshotTerms
{
    /// <summary>By the configuration that is in force.</summary>
    public static SnapshotSettings Of(
        FastShardServer server, bool isAppendOnlyBase, IReadOnlyList<byte[]> functions) => new()
        {
            Version = RdbSettings.Version,
            Compresses = RdbSettings.Compresses,
            HasChecksum = server.Options.RdbChecksum,
            Usage = UsageFor(server.Options.MaxMemoryPolicy),
            Functions = functions,
            KeyDelayMicros = server.Options.RdbKeySaveDelayMicros,
            Notes =
            [
                new("redis-ver", ServerVersion.Redis),
                new("redis-bits", Text(IntPtr.Size * 8)),
                new("ctime", Text(SystemClock.WallMillis() / 1000)),
                new("used-mem", Text(server.MemoryGate.UsedBytes)),
                new("aof-base", isAppendOnlyBase ? "1" : "0"),
            ],
        };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static UsageNotes UsageFor(MaxMemoryPolicy policy) => policy switch
    {
        MaxMemoryPolicy.AllKeysLru or MaxMemoryPolicy.VolatileLru => UsageNotes.IdleTime,
        MaxMemoryPolicy.AllKeysLfu or MaxMemoryPolicy.VolatileLfu => UsageNotes.Frequency,
        _ => UsageNotes.None,
    };
}
