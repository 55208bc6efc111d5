using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clients;

/// <summary>
/// The connections in MONITOR. Replaced as a whole, by whoever holds the shard of the one that comes or goes, so that
/// every shard can read it at any time.
/// </summary>
internal sealed class MonitorList
{
    private readonly GateState _gates;
    private Connection[] _all = [];

    public MonitorList(GateState gates) => _gates = gates;

    /// <summary>A snapshot.</summary>
    public Connection[] All => Volatile.Read(ref _all);

    /// <summary>Enlists a connection.</summary>
    public void Add(Connection client)
    {
        if (client.IsMonitor) return;
        client.IsMonitor = true;
        Replace(all => [.. all, client]);
    }

    /// <summary>Takes a connection off; called for each that closes or resets.</summary>
    public void Forget(ShardWorker worker, Connection client)
    {
        _ = worker;
        if (!client.IsMonitor) return;
        client.IsMonitor = false;
        Replace(all => Array.FindAll(all, other => !ReferenceEquals(other, client)));
    }

    private void Replace(Func<Connection[], Connection[]> change)
    {
        while (true)
        {
            Connection[] seen = All;
            Connection[] changed = change(seen);
            if (!ReferenceEquals(Interlocked.CompareExchange(ref _all, changed, seen), seen)) continue;
            _gates.SetMonitors(changed.Length);
            return;
        }
    }
}
