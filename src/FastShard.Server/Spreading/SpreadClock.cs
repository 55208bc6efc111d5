using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Server.HotKeys;
using FastShard.Server.Sharding;

namespace FastShard.Server.Spreading;

/// <summary>
/// What changes by the clock: keys that were brought together are spread again, those whose time is over go, those that
/// cool are brought together, and those that have become hot are spread. By the first shard's worker.
/// </summary>
internal sealed class SpreadClock(FastShardServer server)
{
    private const long LookMillis = 100;
    private const long SecondMillis = 1000;
    private const long LooksPerSecond = SecondMillis / LookMillis;

    // Looks in a row, once a second, until a key counts as cool.
    private const int CoolLooks = 5;

    // A copy that is taken away with every hundredth access is worth it; more often it is not.
    private const int ReadsPerWrite = 100;

    private long _nextLookMillis;
    private long _lastSecondMillis;
    private long _commandsSeen;

    public void Tick(ShardWorker worker)
    {
        if (worker.NowMillis < _nextLookMillis) return;
        _nextLookMillis = worker.NowMillis + LookMillis;
        bool isSecond = worker.NowMillis - _lastSecondMillis >= SecondMillis && IsBusy();
        if (!isSecond && !HasWork(worker.NowMillis)) return;
        worker.HoldAll(server.AllShards);
        worker.PostOutgoing();
        RunDue(worker.NowMillis);
        if (!isSecond) return;
        Measure(worker.NowMillis);
        if (server.Spread.MaySpread) SpreadHot(worker.NowMillis);
        _lastSecondMillis = worker.NowMillis;
    }

    // Whether so much has happened that a key may have become hot, or there is one that may have cooled.
    private bool IsBusy()
    {
        long commands = 0;
        foreach (Shard shard in server.Shards) commands += shard.Statistics.Counters.Commands;
        bool isBusy = commands - _commandsSeen >= LeastThreshold() / LooksPerSecond || server.Spread.Items.Count > 0;
        _commandsSeen = commands;
        return isBusy;
    }

    private long LeastThreshold()
    {
        long least = server.Options.ReadCopiesThreshold;
        foreach (SpreadRule rule in server.Spread.Rules) least = Math.Min(least, rule.Threshold);
        return least;
    }

    // How often a key that has cooled has to be used to be spread again.
    private long LeastToWarm()
    {
        long least = long.MaxValue;
        foreach (SpreadItem item in server.Spread.Items)
        {
            if (item.IsCool) least = Math.Min(least, item.CoolBelow);
        }
        return least;
    }

    private bool HasWork(long nowMillis)
    {
        foreach (SpreadItem item in server.Spread.Items)
        {
            if (IsDue(item, nowMillis)) return true;
        }
        return false;
    }

    private static bool IsDue(SpreadItem item, long nowMillis) => item.Key.IsActive
        ? item.Key.IsDue(nowMillis)
        : !item.IsCool && nowMillis >= item.NotBeforeMillis;

    private void RunDue(long nowMillis)
    {
        SpreadBoard board = server.Spread;
        for (int index = board.Items.Count - 1; index >= 0; index--)
        {
            SpreadItem item = board.Items[index];
            if (!IsDue(item, nowMillis)) continue;
            if (item.Key.IsActive) board.Settle(item.Key, nowMillis);
            else _ = board.TryActivate(item, nowMillis);
        }
    }

    private void Measure(long nowMillis)
    {
        SpreadBoard board = server.Spread;
        long elapsed = Math.Max(1, nowMillis - _lastSecondMillis);
        for (int index = board.Items.Count - 1; index >= 0; index--)
        {
            SpreadItem item = board.Items[index];
            if (!item.Key.IsActive) continue;
            long operations = item.Key.Operations;
            item.PerSecond = (operations - item.OperationsSeen) * SecondMillis / elapsed;
            item.OperationsSeen = operations;
            item.CoolLooks = item.PerSecond < item.CoolBelow ? item.CoolLooks + 1 : 0;
            if (item.CoolLooks < CoolLooks || item.Keeps) continue;
            item.CoolLooks = 0;
            if (item.Origin == SpreadOrigin.Command) board.Cool(item);
            else board.Remove(item);
        }
    }

    private void SpreadHot(long nowMillis)
    {
        double least = Math.Min(LeastThreshold(), LeastToWarm());
        foreach (HotKey hot in HotKeyReport.Hottest(server, KeySketch.RowCount, least))
        {
            if (server.Spread.Find(hot.Name, hot.Database) is { } known)
            {
                if (known.IsCool && hot.Operations >= known.CoolBelow) _ = server.Spread.TryActivate(known, nowMillis);
            }
            else if (!TrySpreadWrites(hot, nowMillis))
            {
                SpreadReads(hot, nowMillis);
            }
        }
    }

    private bool TrySpreadWrites(HotKey hot, long nowMillis)
    {
        foreach (SpreadRule rule in server.Spread.Rules)
        {
            if (hot.Writes < rule.Threshold || !rule.Matches(hot.Name)) continue;
            if (KeyFor(hot, rule.LanesMax) is not { } key) return false;
            server.Spread.Add(
                new SpreadItem(key, SpreadOrigin.Rule)
                {
                    CoolBelow = Math.Max(1, rule.Threshold / 4),
                    Keeps = rule.Keeps,
                    IsStrict = rule.IsStrict,
                },
                nowMillis);
            return true;
        }
        return false;
    }

    private void SpreadReads(HotKey hot, long nowMillis)
    {
        long threshold = server.Options.ReadCopiesThreshold;
        if (!server.Options.ReadCopies || hot.Reads < threshold || hot.Writes * ReadsPerWrite > hot.Reads) return;
        var key = new ReadCopy(hot.Name, hot.Database, server.Shards.Length, server.Dataset);
        Database home = server.Dataset.Home(key.Slot, key.Database);
        if (!home.Table.TryFind(key.Slot, key.Hash, key.Name, out Entry entry) || !key.Fits(entry)) return;
        if (server.Spread.CopiedBytes + entry.ValueLength > server.Options.ReadCopiesMaxMemory) return;
        server.Spread.Add(
            new SpreadItem(key, SpreadOrigin.Reads) { CoolBelow = Math.Max(1, threshold / 4) }, nowMillis);
    }

    private SpreadKey? KeyFor(HotKey hot, int lanes) =>
        server.Dataset.Home(hot.Slot, hot.Database).Table.TryFind(hot.Slot, hot.Hash, hot.Name, out Entry entry)
            ? server.Spread.KeyFor(hot.Name, hot.Database, lanes, entry)
            : null;
}
