using FastShard.Native.Clocks;
using FastShard.Persistence.Snapshots;
using FastShard.Server.Sharding;

namespace FastShard.Server.Saving;

/// <summary>
/// A shard's own part of a snapshot, at the end of its turns. While commands come, it saves up a share of the time that
/// passes and walks for that long: never in the gaps between them, which a client that waits for its answer makes.
/// When none has come for a while the walk goes on and on, in portions too short to be felt.
/// </summary>
internal sealed class SnapshotPace
{
    private const long BusyNanos = 2_000_000;
    private const long PortionNanosMin = 10_000;
    private const long PortionNanosMax = 300_000;
    private const long IdlePortionNanos = 100_000;
    private const int Share = 6;

    private long _lookedNanos;
    private long _lastCommandNanos;
    private long _commands;
    private long _savedNanos;

    /// <summary>Walks on. Returns how many milliseconds the shard may sleep as far as this goes.</summary>
    public int Run(Shard shard)
    {
        if (shard.Keyspace.Heap.Taker is not ShardSnapshot walk) return int.MaxValue;
        long now = SystemClock.MonotonicNanos();
        if (shard.Statistics.Counters.Commands != _commands) _lastCommandNanos = now;
        _commands = shard.Statistics.Counters.Commands;
        bool isBusy = now - _lastCommandNanos < BusyNanos;
        long share = Math.Min(_savedNanos + ((now - _lookedNanos) / Share), PortionNanosMax);
        _savedNanos = isBusy ? share : IdlePortionNanos;
        _lookedNanos = now;
        if (_savedNanos < PortionNanosMin) return 1;
        WalkOutcome outcome = walk.Walk(now + _savedNanos);
        _savedNanos = 0;
        _lookedNanos = SystemClock.MonotonicNanos();
        return outcome switch
        {
            WalkOutcome.More => isBusy ? 1 : 0,
            WalkOutcome.Paused => 1,
            _ => int.MaxValue,
        };
    }
}
