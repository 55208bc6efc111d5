using FastShard.Engine.Blocking;
using FastShard.Engine.Expiry;
using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Server.Clients;
using FastShard.Server.Configuration;
using FastShard.Server.Statistics;

namespace FastShard.Server.Sharding;

/// <summary>
/// What a shard does by the clock, `hz` times a second and always in small portions: active expiry, giving memory back,
/// client time-outs, samples for the statistics.
/// </summary>
internal sealed class ShardTimers
{
    private const int MaxRoundsPerSecond = 500;

    private readonly ShardWorker _worker;
    private long _nextMillis;
    private int _clientCursor;
    private bool _hasBackgroundWork;
    private bool _isExpiryBehind;
    private bool _isCompacting;
    private long _compactedMillis;
    private long _reclaimNextNanos;
    private long _purgeNextNanos;

    public ShardTimers(ShardWorker worker) => _worker = worker;

    /// <summary>How long the shard may sleep.</summary>
    public int WaitMillis
    {
        get
        {
            if (_hasBackgroundWork) return 1;
            long left = _nextMillis - _worker.NowMillis;
            // A wait ends when its deadline is over. The turn may have taken its time: the clock is read again.
            if (_worker.Home.Deadlines.Count > 0)
                left = Math.Min(left, _worker.Home.Deadlines.NextMillis + 1 - SystemClock.WallMillis());
            long due = _worker.Home.Keyspace.Waiters.NextDueMillis;
            if (due != long.MaxValue) left = Math.Min(left, due - SystemClock.WallMillis());
            if (_worker.Home.Links is { } links) left = Math.Min(left, links.WaitMillis);
            return (int)Math.Clamp(left, 0, Limits.IdleWaitMillis);
        }
    }

    /// <summary>Runs what is due.</summary>
    public void Run()
    {
        Shard shard = _worker.Home;
        FastShardServer server = _worker.Server;
        bool isDue = _worker.NowMillis >= _nextMillis;
        shard.Links?.Run(_worker);
        if (isDue && server.IsClockPaused)
        {
            _nextMillis = _worker.NowMillis + Limits.IdleWaitMillis;
            isDue = false;
        }
        WaitTable waiters = shard.Keyspace.Waiters;
        if (_worker.NowMillis >= waiters.NextDueMillis) waiters.SignalDue(_worker.NowMillis);
        if (isDue || (_isExpiryBehind && !server.IsClockPaused)) Expire(shard, server);
        _hasBackgroundWork = Reclaim(shard.Keyspace) | _isExpiryBehind;
        _hasBackgroundWork |= shard.IsPurging ? Purge(shard) : Compact(shard, isDue);
        if (!isDue) return;
        if (shard.Keyspace.TrackedKeys is not null) shard.Tracking.Trim();
        int period = 1000 / RoundsPerSecond(server.Options, shard.Connections.Count);
        _nextMillis = _worker.NowMillis + period;
        server.Memory.Relieve(_worker);
        SweepClients(server, shard, period);
        shard.Statistics.Sample(_worker.NowMillis);
        shard.HotKeys.Tick(shard.Statistics.Counters.Commands, _worker.NowMillis);
        if (shard.Index == 0) server.MemoryPeak.Measure();
        // Nothing that the clock could change: sleep longer. Whoever adds such a thing wakes or borrows this shard.
        if (shard.Connections.Count == 0 && shard.Index != 0) _nextMillis = _worker.NowMillis + Limits.IdleWaitMillis;
    }

    /// <summary>
    /// `hz`; under `dynamic-hz` as often as it takes to look at few of so many connections each time.
    /// </summary>
    public static int RoundsPerSecond(ServerOptions options, int connections)
    {
        int rounds = Math.Clamp(options.Hz, 1, MaxRoundsPerSecond);
        if (!options.DynamicHz) return rounds;
        while (rounds < MaxRoundsPerSecond && connections / rounds > Limits.ClientsPerRound) rounds *= 2;
        return Math.Min(rounds, MaxRoundsPerSecond);
    }

    // Steps are counted in elements, a turn's share in time: what an element costs varies by ten, and a region that
    // goes back to the system costs as much as thousands.
    private bool Reclaim(Keyspace keyspace)
    {
        if (!HasToFree(keyspace)) return false;
        long began = SystemClock.MonotonicNanos();
        if (began < _reclaimNextNanos) return true;
        long now = began;
        bool isHeld = false;
        while (!isHeld && HasToFree(keyspace) && now - began < Limits.ReclaimNanos)
        {
            isHeld = !FreeSome(keyspace);
            now = SystemClock.MonotonicNanos();
        }
        _reclaimNextNanos = now + Limits.ReclaimPauseNanos;
        return HasToFree(keyspace);
    }

    private static bool HasToFree(Keyspace keyspace) => keyspace.HasPendingFrees || keyspace.Heap.HasSurplus;

    // False when nothing can go now: a snapshot still needs it.
    private static bool FreeSome(Keyspace keyspace)
    {
        if (keyspace.Heap.HasSurplus)
        {
            keyspace.Heap.GiveBackSome();
            return true;
        }
        long used = keyspace.Heap.UsedBytes;
        _ = keyspace.ReclaimSome(Limits.ReclaimPerStep);
        return keyspace.Heap.UsedBytes != used;
    }

    // MEMORY PURGE: nothing that waits to be freed, and then nothing that is worth moving; in a turn's shares of time.
    private bool Purge(Shard shard)
    {
        long began = SystemClock.MonotonicNanos();
        if (HasToFree(shard.Keyspace) || began < _purgeNextNanos) return true;
        long now = began;
        while (shard.IsPurging && !shard.Keyspace.Heap.HasSurplus && now - began < Limits.ReclaimNanos)
        {
            shard.IsPurging = shard.Keyspace.CompactSome(Limits.CompactPerTurn);
            now = SystemClock.MonotonicNanos();
        }
        _purgeNextNanos = now + Limits.ReclaimPauseNanos;
        return shard.IsPurging;
    }

    // Goes on from millisecond to millisecond while there is something to move: ten steps a second would never catch up
    // with clients that change the sizes of their values. When there was nothing, the next tick asks again.
    private bool Compact(Shard shard, bool isDue)
    {
        bool isNext = _isCompacting && _worker.NowMillis != _compactedMillis;
        if (!isDue && !isNext) return _isCompacting;
        _compactedMillis = _worker.NowMillis;
        _isCompacting = shard.Keyspace.CompactSome(Limits.CompactPerTurn);
        return _isCompacting;
    }

    // Between two ticks it only goes on while it meets many expired keys.
    private void Expire(Shard shard, FastShardServer server)
    {
        shard.Keyspace.KeepsExpired = server.Gates.IsPaused(_worker.NowMillis) || server.Gates.RefusesWrites
            || server.Gates.HoldsSlots || server.Gates.IsLoading || server.Gates.IsEnding
            || server.Replication.IsReplica || shard.Keyspace.IsImporting;
        _isExpiryBehind = false;
        if (!server.ActiveExpireEnabled || shard.Keyspace.KeepsExpired) return;
        long began = SystemClock.MonotonicNanos();
        _isExpiryBehind = ActiveExpiry.Run(shard.Keyspace, server.Options.ActiveExpireEffort)
            | FieldExpiry.Run(shard.Keyspace);
        long micros = (SystemClock.MonotonicNanos() - began) / 1000;
        shard.Keyspace.Counters.ExpireCycleMicros += micros;
        shard.Statistics.Latency.Record(
            LatencyMonitor.ExpireCycle, micros / 1000, server.Options.LatencyMonitorThresholdMillis, _worker.NowMillis);
    }

    // Looks at all connections about once a second, a share of them each time.
    private void SweepClients(FastShardServer server, Shard shard, int period)
    {
        int count = shard.Connections.Count;
        int share = Math.Min(count, Math.Max(5, (count * period / 1000) + 1));
        for (; share > 0 && shard.Connections.Count > 0; share--)
        {
            _clientCursor = (_clientCursor + 1) % shard.Connections.Count;
            Connection client = shard.Connections[_clientCursor];
            OutputLimits.Enforce(_worker, client);
            if (client.IsClosed) continue;
            bool isSpare = client.Output.Length == 0 && client.Output.AllocatedBytes > Limits.PooledBufferBytes;
            if (isSpare) client.Output.Shrink();
            if (client.IsHeldBack && !server.Gates.IsPaused(_worker.NowMillis)) Resume(client);
            if (IsIdle(server, client)) _worker.Close(client);
        }
        if (server.Gates.PausedUntilMillis != 0) ResumeHeldBack(server, shard);
    }

    private void ResumeHeldBack(FastShardServer server, Shard shard)
    {
        if (server.Gates.IsPaused(_worker.NowMillis)) return;
        for (int index = shard.Connections.Count - 1; index >= 0; index--)
        {
            if (shard.Connections[index].IsHeldBack) Resume(shard.Connections[index]);
        }
    }

    private void Resume(Connection client)
    {
        client.IsHeldBack = false;
        _worker.MarkUnfinished(client);
    }

    private bool IsIdle(FastShardServer server, Connection client)
    {
        long timeout = server.Options.TimeoutSeconds * 1000L;
        bool isLink = client.IsPrimary || client.Replica is { IsEnlisted: true };
        return timeout > 0 && !isLink && !client.IsMonitor && !client.IsSubscribed && !client.IsHeldBack
            && client.Blocked is null && client.AwaitedCall is null && client.Batch is not { Outstanding: > 0 }
            && _worker.NowMillis - client.LastRequestMillis > timeout;
    }
}
