// A node of a cluster: the state machine under a token of its own, the bus's thread, nodes.conf, and the map that
// shards read. What the machine wants done to the data is done by the first shard's worker, which may hold the others.

using System.Collections.Concurrent;
using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;
using FastShard.Cluster.Text;
using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Native.Threading;
using FastShard.Server.Clustering.Rebalancing;
using FastShard.Server.Configuration;
using FastShard.Server.Replication;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering;

/// <summary>This server as a node of a cluster.</summary>
internal sealed class ClusterHost : IDisposable
{
    private const int BusPortDistance = 10000;

    private readonly FastShardServer _server;
    private readonly NodesFile _file;
    private readonly ShardToken _token = new();
    private readonly ShardToken _fileToken = new();
    private readonly ConcurrentQueue<ClusterEffect> _orders = new();
    private readonly ConcurrentQueue<SlotSet> _gained = new();
    private readonly ClusterOrders _doer;
    private readonly LostSlots _lostSlots;
    private readonly ClusterBus _bus;
    private volatile ClusterMap _map;
    private long _textNumber;
    private bool _isSyncDue;
    private long _writtenNumber;

    private ClusterHost(FastShardServer server, ClusterMachine machine, NodesFile file)
    {
        _server = server;
        _file = file;
        Machine = machine;
        _map = new ClusterMap(machine.State, server.Options);
        SlotSet hidden = machine.State.Slots.Hidden;
        if (hidden.Count > 0) server.Dataset.Hide(new HiddenSlots(hidden.Bits));
        _doer = new ClusterOrders(server);
        _lostSlots = new LostSlots(server);
        _bus = new ClusterBus(this, server.Options);
        Rebalancing = new RebalanceHost(server, this);
    }

    /// <summary>For whoever holds the token: see <see cref="Enter"/>.</summary>
    public ClusterMachine Machine { get; }

    /// <summary>Plans to move slots, and their execution.</summary>
    public RebalanceHost Rebalancing { get; }

    /// <summary>Where slots are served. Any thread.</summary>
    public ClusterMap Map => _map;

    /// <summary>Commands for other nodes are passed on to them.</summary>
    public bool Forwards => _server.Options.ClusterForwarding;

    /// <summary>cluster-link-sendbuf-limit.</summary>
    public long SendBufferLimit => _server.Options.ClusterLinkSendBufferBytes;

    /// <summary>A replica takes over, and waits for the end of the stream.</summary>
    public bool IsHandingOver => _doer.IsStill;

    /// <summary>
    /// Makes a server a node: reads or begins nodes.conf and binds the bus. Null, or why it cannot be one.
    /// </summary>
    public static string? Open(FastShardServer server, out ClusterHost? host)
    {
        host = null;
        ServerOptions options = server.Options;
        string path = Path.Combine(options.Directory, options.ClusterConfigFile);
        if (NodesFile.Open(path, out string text, out string? error) is not { } file) return error;
        var random = new Random();
        long now = SystemClock.WallMillis();
        ClusterMachine? machine;
        if (text.Length == 0)
        {
            machine = new ClusterMachine(SettingsOf(server), random, now);
            Logging.Log.Notice($"No cluster configuration found, I'm {machine.State.Myself.Id}");
        }
        else
        {
            machine = ClusterMachine.Restore(SettingsOf(server), random, now, text, out string fault);
            if (machine is null)
            {
                file.Dispose();
                return $"Unrecoverable error: corrupted cluster config file \"{path}\": {fault}";
            }
            Logging.Log.Notice($"Node configuration loaded, I'm {machine.State.Myself.Id}");
        }
        host = new ClusterHost(server, machine, file);
        if (!file.TryWrite(NodesText.File(machine.State), andSync: true)) return $"Cannot write {path}";
        return host._bus.Listen(options.Bind, BusPort(options, server.Port));
    }

    /// <summary>The data are there: joins the others.</summary>
    public void Start()
    {
        var loaded = new SlotSet();
        _server.WithAllHeld(() =>
        {
            for (int slot = 0; slot < SlotSet.Slots; slot++)
            {
                if (_server.Dataset.KeysInSlot(slot) > 0) loaded.Add(slot);
            }
        });
        ClusterMachine machine = Enter();
        machine.Admin.ClaimLoaded(loaded);
        machine.Handover.DropHidden();
        Leave();
        _bus.Start();
        Rebalancing.Start();
    }

    /// <summary>
    /// Takes the machine's token. It is let go by <see cref="Leave"/> after a few microseconds: nobody who holds it
    /// waits for anything.
    /// </summary>
    public ClusterMachine Enter()
    {
        _token.Take();
        Machine.Observe(SystemClock.WallMillis(), Facts());
        return Machine;
    }

    /// <summary>Lets the machine go; the bus's thread sees to what follows.</summary>
    public void Leave()
    {
        Machine.Settle();
        Publish();
        bool hasMore = !Machine.State.Outbox.IsEmpty;
        _token.Release();
        if (hasMore) _bus.Wake();
    }

    /// <summary>The same for the bus's thread, which takes what is to be done; the file is written first.</summary>
    public List<ClusterEffect> LeaveWithEffects(List<ClusterEffect> empty)
    {
        Machine.Settle();
        Publish();
        Outbox outbox = Machine.State.Outbox;
        string? text = outbox.NeedsSave ? NodesText.File(Machine.State) : null;
        bool andSync = outbox.NeedsSync;
        bool isUrgent = outbox.NeedsLateSync && !andSync;
        _isSyncDue |= isUrgent;
        List<ClusterEffect> effects = outbox.Take(empty);
        long number = ++_textNumber;
        _token.Release();
        if (text is not null && !TryWrite(text, andSync, number, isUrgent))
        {
            // A vote that is not written down must not be given: this node cannot be trusted any more.
            Logging.Log.Warning("Fatal: can't update cluster config file.");
            _server.RequestStop();
            effects.RemoveAll(static effect => effect.Kind == EffectKind.Send);
        }
        return effects;
    }

    /// <summary>What was said already, and is to survive more than the process; for the bus's thread.</summary>
    public void SyncLate()
    {
        if (!_isSyncDue) return;
        _isSyncDue = false;
        _ = TrySave();
    }

    /// <summary>CLUSTER SAVECONFIG. The machine's token is not held.</summary>
    public bool TrySave()
    {
        ClusterMachine machine = Enter();
        string text = NodesText.File(machine.State);
        long number = ++_textNumber;
        Leave();
        return TryWrite(text, andSync: true, number);
    }

    /// <summary>Directives have changed.</summary>
    public string? Configure()
    {
        ClusterMachine machine = Enter();
        machine.Configure(SettingsOf(_server));
        _map = new ClusterMap(machine.State, _server.Options);
        Leave();
        Rebalancing.Configure();
        return null;
    }

    /// <summary>The cluster as it is now, for those who take longer to think.</summary>
    public ClusterView View()
    {
        ClusterView view = ClusterView.Of(Enter().State);
        Leave();
        return view;
    }

    /// <summary>A message of a client, for the other nodes.</summary>
    public void Publish(bool isSharded, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        Enter().Publish(isSharded, channel, message);
        Leave();
    }

    /// <summary>Something to do for the first shard's worker.</summary>
    public void Order(in ClusterEffect effect)
    {
        _orders.Enqueue(effect);
        _server.Shards[0].Reactor.Wake();
    }

    /// <summary>By the first shard's worker, each turn.</summary>
    public void RunOrders(ShardWorker worker)
    {
        while (_orders.TryDequeue(out ClusterEffect effect)) _doer.Do(worker, effect);
        while (_gained.TryDequeue(out SlotSet? slots)) _doer.ForgetCounts(worker, slots);
        _lostSlots.Look(worker, this);
    }

    /// <summary>Bytes that wait on a link.</summary>
    public long WaitingBytes(int link) => _bus.WaitingBytes(link);

    public void Dispose()
    {
        Rebalancing.Dispose();
        _bus.Dispose();
        _file.Dispose();
        _token.Dispose();
        _fileToken.Dispose();
    }

    private static int BusPort(ServerOptions options, int port) =>
        options.ClusterPort > 0 ? options.ClusterPort : port + BusPortDistance;

    private static ClusterSettings SettingsOf(FastShardServer server)
    {
        ServerOptions options = server.Options;
        int port = options.ClusterAnnouncePort > 0 ? options.ClusterAnnouncePort : server.Port;
        int busPort = options.ClusterAnnounceBusPort > 0 ? options.ClusterAnnounceBusPort
            : BusPort(options, server.Port);
        return new ClusterSettings
        {
            NodeTimeoutMillis = options.ClusterNodeTimeoutMillis,
            ReplicaValidityFactor = options.ClusterReplicaValidityFactor,
            MigrationBarrier = options.ClusterMigrationBarrier,
            AllowReplicaMigration = options.ClusterAllowsReplicaMigration,
            RequireFullCoverage = options.ClusterRequiresFullCoverage,
            ReplicaNoFailover = options.ClusterReplicaNoFailover,
            ReplicationPingMillis = options.ReplicaPingSeconds * 1000L,
            Announced = new NodeAddress(options.ClusterAnnounceIp, port, 0, busPort),
            Hostname = options.ClusterAnnounceHostname,
            Ports = server.DirectPorts,
        };
    }

    // Two threads may write: what was thought later stays.
    private bool TryWrite(string text, bool andSync, long number, bool isUrgent = false)
    {
        _fileToken.Take();
        bool isWritten = number < _writtenNumber
            || (isUrgent ? _file.TryWriteInPlace(text) : _file.TryWrite(text, andSync));
        if (isWritten) _writtenNumber = Math.Max(_writtenNumber, number);
        _fileToken.Release();
        return isWritten;
    }

    private void Publish()
    {
        if (_map.Version == Machine.State.Slots.Version) return;
        ClusterMap former = _map;
        SlotSet hidden = Machine.State.Slots.Hidden;
        // Hidden before they are served elsewhere, and served here when they are to be seen.
        if (hidden.Count > 0) _server.Dataset.Hide(new HiddenSlots(hidden.Bits));
        _map = new ClusterMap(Machine.State, _server.Options);
        if (hidden.Count == 0) _server.Dataset.Hide(null);
        if (!_server.Options.ClusterSlotStatsEnabled || _map.GainedSince(former) is not { Count: > 0 } gained) return;
        _gained.Enqueue(gained);
        _server.Shards[0].Reactor.Wake();
    }

    private ReplicationFacts Facts()
    {
        Replicator replication = _server.Replication;
        if (replication.Link is not { } link)
        {
            long end = replication.Feed.Backlog.End;
            return new ReplicationFacts(end, IsFollowing: false, 0) { IsStill = _doer.IsStill };
        }
        long now = SystemClock.WallMillis();
        long since = link.IsConnected ? link.HeardMillis : link.DownSinceMillis;
        return new ReplicationFacts(link.Offset, IsFollowing: true, since == 0 ? 0 : now - since);
    }
}
