using System.Numerics;
using FastShard.Engine.Eviction;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Server.Statistics;

namespace FastShard.Server.Sharding;

/// <summary>
/// maxmemory at work: a command that may add data is let through when there is room, or when room can be made on the
/// shards it needs, or on any shard that can be had without waiting.
/// </summary>
internal sealed class ShardMemory
{
    // Less is not worth a look at every shard.
    private const long GrowthBytes = 64 * 1024;

    private readonly FastShardServer _server;
    private readonly MemoryGate _gate;

    public ShardMemory(FastShardServer server, MemoryGate gate)
    {
        _server = server;
        _gate = gate;
    }

    /// <summary>There is a limit for keys.</summary>
    public bool IsLimited => _gate.IsLimited;

    // What is being loaded is whole before anything of it goes: later commands of a journal count on it.
    private bool IsExempt => _server.Replication.IgnoresMemoryLimit || _server.Gates.IsLoading;

    /// <summary>Makes room on the shards of a command; false when there is none to be had.</summary>
    public bool TryMakeRoom(ShardWorker worker, ulong shards)
    {
        if (!_gate.IsLimited || _server.Replication.IgnoresMemoryLimit) return true;
        long threshold = _server.Options.LatencyMonitorThresholdMillis;
        if (threshold == 0) return MakeRoom(worker, shards);
        long began = SystemClock.MonotonicNanos();
        bool isMade = MakeRoom(worker, shards);
        long millis = (SystemClock.MonotonicNanos() - began) / 1_000_000;
        worker.Home.Statistics.Latency.Record(LatencyMonitor.EvictionCycle, millis, threshold, worker.NowMillis);
        return isMade;
    }

    private bool MakeRoom(ShardWorker worker, ulong shards)
    {
        for (ulong left = shards; left != 0; left &= left - 1)
        {
            if (_gate.EnsureRoom(_server.Dataset[BitOperations.TrailingZeroCount(left)])) return true;
        }
        for (int shard = 0; shard < _server.Shards.Length; shard++)
        {
            if ((shards & (1UL << shard)) != 0 || !worker.TryHold(shard)) continue;
            if (_gate.EnsureRoom(_server.Dataset[shard])) return true;
        }
        return false;
    }

    /// <summary>For a command that is only queued: would there be room, or something to evict?</summary>
    public bool HasRoomOrCandidates(ShardWorker worker) => TryMakeRoom(worker, worker.Home.Bit);

    /// <summary>
    /// At the end of a turn: what clients do not read, or do not finish, takes the room of keys at once, and not only
    /// when the timers come round. True when keys may have been evicted.
    /// </summary>
    public bool RelieveGrowth(ShardWorker worker)
    {
        if (!_gate.IsLimited || IsExempt) return false;
        // A large message waits as one blob for all of its subscribers.
        long bytes = Blob.TotalBytes + (_gate.ExtraBytes?.Invoke() ?? 0);
        long grown = bytes - worker.BufferBytesSeen;
        if (Math.Abs(grown) < GrowthBytes) return false;
        worker.BufferBytesSeen = bytes;
        if (grown < 0 || _gate.HasRoom()) return false;
        Relieve(worker);
        for (int shard = 0; shard < _server.Shards.Length && !_gate.HasRoom(); shard++)
        {
            if (shard != worker.Home.Index && worker.TryHold(shard)) _gate.EnsureRoomAfresh(_server.Dataset[shard]);
        }
        return true;
    }

    /// <summary>
    /// A shard's own share of getting back under the limit, after CONFIG SET maxmemory or growing buffers.
    /// </summary>
    public void Relieve(ShardWorker worker)
    {
        Keyspace keyspace = worker.Home.Keyspace;
        if (IsExempt) return;
        if (_gate.IsLimited && !_gate.HasRoom()) _gate.EnsureRoomAfresh(keyspace);
    }
}
