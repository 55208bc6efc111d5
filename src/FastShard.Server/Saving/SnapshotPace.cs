using FastShard.Native.Clocks;
using FastShard.Persistence.Snapshots;
using FastShard.Server.Sharding;

namespace FastShard.Server.Saving;

/// <summary>
/// A shard's own part of a snapshot: after each turn it walks on for a share of the time that has passed since the last
/// time. A busy shard spends a fifth of its time on it, an idle one nearly all, in portions too short to be felt.
/// </summary>
internal sealed class SnapshotPace
{
    private const long PortionNanosMin = 20_000;
    private const long PortionNanosMax = 1_000_000;
    private const int Share = 4;

    private long _endedNanos;

    /// <summary>Walks on. Returns how many milliseconds the shard may sleep as far as this goes.</summary>
    public int Run(Shard shard)
    {
        if (shard.Keyspace.Heap.Taker is not ShardSnapshot walk) return int.MaxValue;
        long now = SystemClock.MonotonicNanos();
        long portion = Math.Clamp((now - _endedNanos) / Share, PortionNanosMin, PortionNanosMax);
        WalkOutcome outcome = walk.Walk(now + portion);
        _endedNanos = SystemClock.MonotonicNanos();
        return outcome switch
        {
            WalkOutcome.More => 0,
            WalkOutcome.Paused => 1,
            _ => int.MaxValue,
        };
    }
}
