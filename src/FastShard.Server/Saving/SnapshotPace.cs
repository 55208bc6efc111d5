using FastShard.Native.Clocks;
using FastShard.Persistence.Snapshots;
using FastShard.Server.Sharding;

namespace FastShard.Server.Saving;

/// <summary>
/// A shard's own part of a snapshot, at the end of its turns. While commands come, it saves up a share of the time that
/// passes and walks for that long: a small one of its turns, a larger one of the time in which it sleeps between them,
/// which is not its own where cores are short. It never walks on in the gaps between commands, which a client that
/// waits for its answer makes. When none has come for a while it goes on without pause, in portions too short to be
/// felt.
/// </summary>
internal sealed class SnapshotPace
{
    private const long BusyNanos = 2_000_000;
    private const long PortionNanosMin = 10_000;
    private const long PortionNanosMax = 150_000;
    private const long IdlePortionNanos = 100_000;
    private const int TurnShare = 16;
    private const int SleepShare = 10;

    private long _leftNanos;
    private long _lastCommandNanos;
    private long _commands;
    private long _savedNanos;

    /// <summary>The shard was asleep until now.</summary>
    public void BeginTurn(Shard shard)
    {
        if (shard.Keyspace.Heap.Taker is null) return;
        long now = SystemClock.MonotonicNanos();
        _savedNanos += (now - _leftNanos) / SleepShare;
        _leftNanos = now;
    }

    /// <summary>Walks on. Returns how many milliseconds the shard may sleep as far as this goes.</summary>
    public int Run(Shard shard)
    {
        if (shard.Keyspace.Heap.Taker is not ShardSnapshot walk) return int.MaxValue;
        long now = SystemClock.MonotonicNanos();
        if (shard.Statistics.Counters.Commands != _commands) _lastCommandNanos = now;
        _commands = shard.Statistics.Counters.Commands;
        bool isBusy = now - _lastCommandNanos < BusyNanos;
        long share = Math.Min(_savedNanos + ((now - _leftNanos) / TurnShare), PortionNanosMax);
        _savedNanos = isBusy ? share : IdlePortionNanos;
        _leftNanos = now;
        if (_savedNanos < PortionNanosMin) return 1;
        WalkOutcome outcome = walk.Walk(now + _savedNanos);
        _savedNanos = 0;
        _leftNanos = SystemClock.MonotonicNanos();
        return outcome switch
        {
            WalkOutcome.More => isBusy ? 1 : 0,
            WalkOutcome.Paused => 1,
            _ => int.MaxValue,
        };
    }
}
