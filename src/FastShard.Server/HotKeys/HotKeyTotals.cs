using FastShard.Native.Host;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.HotKeys;

/// <summary>What all commands have used up to a moment.</summary>
internal readonly record struct HotKeyTotals(
    long NowMillis, long CommandNanos, long NetBytes, long UserMicros, long SystemMicros)
{
    /// <summary>As it is now; all shards are held.</summary>
    public static HotKeyTotals Of(FastShardServer server, long nowMillis)
    {
        long nanos = 0;
        long bytes = 0;
        foreach (Shard shard in server.Shards)
        {
            foreach (CommandCounts counts in shard.Statistics.Commands) nanos += counts.Nanos;
            bytes += shard.Statistics.Counters.InputBytes + shard.Statistics.Counters.OutputBytes;
        }
        ProcessUsage.ReadProcessorTime(out long userMicros, out long systemMicros);
        return new HotKeyTotals(nowMillis, nanos, bytes, userMicros, systemMicros);
    }

    public HotKeyTotals Since(in HotKeyTotals start) => new(
        NowMillis - start.NowMillis, CommandNanos - start.CommandNanos, NetBytes - start.NetBytes,
        UserMicros - start.UserMicros, SystemMicros - start.SystemMicros);
}
