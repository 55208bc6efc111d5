using System.Diagnostics;
using System.Security.Cryptography;
using FastShard.Engine.Commands;
using FastShard.Engine.Eviction;
using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Native.Host;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Clustering;
using FastShard.Server.Clustering.Forwarding;
using FastShard.Server.Commands;
using FastShard.Server.Configuration;
using FastShard.Server.Execution;
using FastShard.Server.HotKeys;
using FastShard.Server.Journaling;
using FastShard.Server.Logging;
using FastShard.Server.Migration;
using FastShard.Server.PubSub;
using FastShard.Server.Tracking;
using FastShard.Server.Replication;
using FastShard.Server.Saving;
using FastShard.Server.Sharding;
using FastShard.Server.Spreading;
using FastShard.Server.Statistics;
using FastShard.Server.Threads;
using FastShard.Transport;
using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server;

/// <summary>
/// The composed server: shards and their threads over one dataset, one command table, one configuration.
/// </summary>
internal sealed class FastShardServer : IDisposable
{
    private readonly ListenerSet _listeners = new();
    private readonly DirectListeners _direct = new();
    private readonly ManualResetEventSlim _stopRequested = new();
    private ShardWorker[] _workers = [];

    public FastShardServer(ConfigStore config)
    {
        Config = config;
        Options = config.Options;
        Gates = new GateState { IsClustered = Options.ClusterEnabled };
        Commands = ServerCommands.BuildTable();
        int shardCount = Options.Shards > 0 ? Options.Shards : CpuAffinity.UsableCount();
        shardCount = Math.Min(shardCount, Limits.Shards);
        Dataset = new Dataset(shardCount, Options.ClusterEnabled ? Options.ClusterDatabases : Options.Databases)
        {
            IsClustered = Options.ClusterEnabled,
        };
        AllShards = shardCount == 64 ? ulong.MaxValue : (1UL << shardCount) - 1;
        MemoryGate = new MemoryGate(Dataset) { ExtraBytes = MemoryFigures.ClientBytes };
        Memory = new ShardMemory(this, MemoryGate);
        Clients = new ClientRegistry(this);
        ClientMemory = new ClientMemory(this);
        Acceptor = new Acceptor(this);
        Monitors = new MonitorList(Gates);
        Watchers = new SlowWatchers(Options);
        // The provider's pool disposes what it does not keep.
        Batches = new DefaultObjectPoolProvider { MaximumRetained = Limits.PooledObjects }
            .Create(new BatchPolicy(shardCount));
        PubSub = new PubSubDirectory(this);
        Tracking = new TrackingDirectory(this);
        Shards = new Shard[shardCount];
        for (int index = 0; index < shardCount; index++)
        {
            Reactor reactor = Reactor.Create(Options.Transport);
            ShardStatistics statistics = new(Commands);
            Shards[index] = new Shard(index, Dataset[index], reactor, statistics, PubSub, Tracking, shardCount);
        }
        Aof = new AppendOnlyFile(this);
        StartedMillis = SystemClock.WallMillis();
        MemoryPeak = new MemoryPeak(() => MemoryGate.UsedBytes + MemoryFigures.FileBytes());
        Saver = new Saver(this);
        Loader = new Loader(this);
        Shutdown = new Shutdown(this);
        Replication = new Replicator(this);
        Dataset.FlushedAll = Saver.FlushedAll;
        Dataset.Flushed = Tracking.OnFlushed;
        SlotHold = new SlotHold(this);
        Courier = new Courier(this);
        Mover = new KeyMover(this, Courier);
        Spread = new SpreadBoard(this);
        SpreadClock = new SpreadClock(this);
        Exports = new SlotExports(this);
        Imports = new SlotImports(this);
        if (Options.ClusterEnabled) Aof.Log.Tap = Exports.Pass;
    }

    public ConfigStore Config { get; }

    /// <summary>What commands change, on its way to the disk.</summary>
    public AppendOnlyFile Aof { get; }

    /// <summary>Replicas, or the primary.</summary>
    public Replicator Replication { get; }

    /// <summary>This server as a node of a cluster; null = it is none.</summary>
    public ClusterHost? Cluster { get; private set; }

    /// <summary>Slots whose commands wait for a moment.</summary>
    public SlotHold SlotHold { get; }

    /// <summary>What talks to the servers that keys go to.</summary>
    public Courier Courier { get; }

    /// <summary>Keys on their way there, one MIGRATE each.</summary>
    public KeyMover Mover { get; }

    /// <summary>Slots that go to other nodes as a whole.</summary>
    public SlotExports Exports { get; }

    /// <summary>Slots that come from other nodes as a whole.</summary>
    public SlotImports Imports { get; }

    /// <summary>Both, with those that are over.</summary>
    public MigrationLog Migrations { get; } = new();

    /// <summary>The live configuration; changed only while all shards are held.</summary>
    public ServerOptions Options { get; }

    public CommandTable Commands { get; }

    public Dataset Dataset { get; }

    public Shard[] Shards { get; }

    /// <summary>The set of all shards, as bits.</summary>
    public ulong AllShards { get; }

    /// <summary>The threads that drive the shards, once the server has started.</summary>
    public ShardCrew? Crew { get; private set; }

    public ClientRegistry Clients { get; }

    /// <summary>Who listens to which channels.</summary>
    public PubSubDirectory PubSub { get; }

    /// <summary>Clients that track keys (client-side caching).</summary>
    public TrackingDirectory Tracking { get; }

    /// <summary>maxmemory-clients.</summary>
    public ClientMemory ClientMemory { get; }

    public Acceptor Acceptor { get; }

    public MonitorList Monitors { get; }

    /// <summary>What stands in the way of commands regardless of the client.</summary>
    public GateState Gates { get; }

    /// <summary>maxmemory's limit and the eviction policy.</summary>
    public MemoryGate MemoryGate { get; }

    public ShardMemory Memory { get; }

    public SlowWatchers Watchers { get; }

    /// <summary>The keys that several shards work on.</summary>
    public SpreadBoard Spread { get; }

    /// <summary>What becomes of them by the clock.</summary>
    public SpreadClock SpreadClock { get; }

    /// <summary>The session of HOTKEYS START; null when there is none. Changed while all shards are held.</summary>
    public HotKeySession? HotKeySession { get; set; }

    /// <summary>Batches to rent.</summary>
    public ObjectPool<Batch> Batches { get; }

    /// <summary>How much native memory is used, and the most that was.</summary>
    public MemoryPeak MemoryPeak { get; }

    /// <summary>The snapshot file, written.</summary>
    public Saver Saver { get; }

    /// <summary>The snapshot file, read.</summary>
    public Loader Loader { get; }

    /// <summary>The orderly end.</summary>
    public Shutdown Shutdown { get; }

    /// <summary>DEBUG SET-ACTIVE-EXPIRE.</summary>
    public bool ActiveExpireEnabled { get; set; } = true;

    /// <summary>DEBUG PAUSE-CRON: the shards do nothing by the clock.</summary>
    public bool IsClockPaused { get; set; }

    /// <summary>Start of the process, milliseconds since 1970.</summary>
    public long StartedMillis { get; }

    /// <summary>Random 40 hex digits of this run.</summary>
    public string RunId { get; } = RandomId();

    /// <summary>The TCP port that is listened on; 0 = none.</summary>
    public int Port => _listeners.Port;

    /// <summary>Listens; clients wait until <see cref="Start"/>. Null, or what went wrong in one line.</summary>
    public string? Listen()
    {
        ApplyConfiguration();
        // Clients are told that it is loading from the first command on.
        // With an append-only file that is what is loaded, as in Redis.
        Gates.SetLoading(!Options.AppendOnly && Loader.HasFile);
        string? error = _listeners.Open(Options) ?? _direct.Open(Options, Shards);
        if (error is not null || !Options.ClusterEnabled) return error;
        if (Options.ReplicaOf.Length > 0) return "replicaof directive not allowed in cluster mode";
        error = ClusterHost.Open(this, out ClusterHost? cluster);
        Cluster = cluster;
        foreach (Shard shard in Shards) shard.Links = new NodeLinks(this, shard);
        return error;
    }

    /// <summary>
    /// Looks for what the last run left on the disk; what there is to load is loaded after the start
    /// (<see cref="Load"/>). Null, or why the server cannot start.
    /// </summary>
    public string? Prepare() => Aof.Start();

    /// <summary>
    /// Loads it, on a thread that is no shard's, while the shards answer that they are loading. Null, or why the server
    /// cannot go on.
    /// </summary>
    public string? Load()
    {
        if (!Gates.IsLoading) return null;
        return Aof.IsToLoad ? Aof.LoadAtStart() : Loader.LoadAtStart();
    }

    /// <summary>Starts the shards' threads: from now on clients are served.</summary>
    public void Start()
    {
        _workers = Array.ConvertAll(Shards, shard => new ShardWorker(this, shard));
        _listeners.Attach(Shards[0].Reactor);
        _direct.Attach(Shards);
        Crew = new ShardCrew(this, _workers)
        {
            IsElastic = Options.ElasticThreads && Shards[0].Reactor.CanNest,
        };
        Aof.Started();
        Replication.Started();
        Crew.Start();
    }

    /// <summary>Where clients can connect: "127.0.0.1:6379", "/run/fastshard.sock:0".</summary>
    public IEnumerable<string> Endpoints => [.. _listeners.Names, .. _direct.Names];

    /// <summary>Ports that lead to one shard each.</summary>
    public Cluster.State.ShardPorts DirectPorts => _direct.Ports;

    /// <summary>CONFIG SET bind, port. Null, or why not.</summary>
    public string? Rebind()
    {
        if (_listeners.Rebind(Options) is not { } error) return null;
        Log.Warning(error);
        return "Unable to listen on this port, check server logs.";
    }

    /// <summary>CONFIG SET tcp-keepalive.</summary>
    public void ApplyKeepAlive()
    {
        _listeners.SetKeepAlive(Options.TcpKeepAliveSeconds);
        _direct.SetKeepAlive(Options.TcpKeepAliveSeconds);
    }

    /// <summary>Random 40 hex digits.</summary>
    public static string RandomId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    /// <summary>Who wants to know what commands change has changed; all shards are held.</summary>
    public void UpdateJournal() => Dataset.Journal(
        isOn: Aof.IsOn || Replication.NeedsEffects || Exports.IsCopying);

    /// <summary>Every connection; all shards are held.</summary>
    public IEnumerable<Connection> AllConnections()
    {
        foreach (Shard shard in Shards)
        {
            for (int index = 0; index < shard.Connections.Count; index++) yield return shard.Connections[index];
        }
    }

    /// <summary>CLIENT PAUSE; all shards are held. A longer pause that is in force stays.</summary>
    public void PauseClients(long untilMillis, bool onlyWrites)
    {
        Gates.Pause(Math.Max(untilMillis, Gates.PausedUntilMillis), onlyWrites);
        foreach (Keyspace keyspace in Dataset.Keyspaces) keyspace.KeepsExpired = true;
    }

    /// <summary>CLIENT UNPAUSE; all shards are held.</summary>
    public void ResumeClients(ShardWorker worker)
    {
        Gates.Unpause();
        if (!Gates.HoldsWrites) Resume(worker);
    }

    /// <summary>The role is being handed over to a replica, or no longer; all shards are held.</summary>
    public void SetFailingOver(ShardWorker worker, bool isFailingOver)
    {
        Gates.SetFailingOver(isFailingOver);
        HoldOrResume(worker);
    }

    /// <summary>
    /// Replicas are waited for before the end, or no longer; all shards are held. Nobody needs to be named to begin.
    /// </summary>
    public void SetHoldingForEnd(ShardWorker? worker, bool isHolding)
    {
        Gates.SetHoldingForEnd(isHolding);
        HoldOrResume(worker);
    }

    private void HoldOrResume(ShardWorker? worker)
    {
        if (worker is not null && !Gates.HoldsWrites && Gates.PausedUntilMillis == 0) Resume(worker);
        else foreach (Keyspace keyspace in Dataset.Keyspaces) keyspace.KeepsExpired = true;
    }

    private void Resume(ShardWorker worker)
    {
        foreach (Keyspace keyspace in Dataset.Keyspaces)
            keyspace.KeepsExpired = Replication.IsReplica || keyspace.IsImporting;
        foreach (Connection client in AllConnections())
        {
            if (!client.IsHeldBack) continue;
            client.IsHeldBack = false;
            worker.MarkUnfinished(client);
        }
    }

    /// <summary>Rounds of background work a second on the busiest shard; all shards are held.</summary>
    public int RoundsPerSecond
    {
        get
        {
            int rounds = 0;
            foreach (Shard shard in Shards)
                rounds = Math.Max(rounds, ShardTimers.RoundsPerSecond(Options, shard.Connections.Count));
            return rounds;
        }
    }

    /// <summary>
    /// Does something while all shards are held, on a thread that is none of theirs. What came for a shard meanwhile
    /// was left to the holder: its own worker is woken to look.
    /// </summary>
    public void WithAllHeld(Action action)
    {
        foreach (Shard shard in Shards) shard.Token.Take();
        action();
        foreach (Shard shard in Shards)
        {
            shard.Token.Release();
            shard.Reactor.Wake();
        }
    }

    /// <summary>Asks for an orderly end; callable from any thread.</summary>
    public void RequestStop()
    {
        Loader.Cancel();
        _stopRequested.Set();
    }

    /// <summary>Blocks until somebody asks for the end.</summary>
    public void WaitForStop() => _stopRequested.Wait();

    /// <summary>A request to end is not granted: the next one is waited for.</summary>
    public void ForgetStop() => _stopRequested.Reset();

    /// <summary>Ends the threads after their turns; what is answered already is still sent, within a limit.</summary>
    public void Stop()
    {
        Crew?.Stop();
        Shutdown.End();
        Aof.Dispose();
        long start = Stopwatch.GetTimestamp();
        foreach (Shard shard in Shards)
        {
            int left = Limits.FarewellMillis - (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            new Farewell(shard, Aof.Log).Run(left);
        }
    }

    /// <summary>How a connection's requests are limited.</summary>
    public RequestLimits RequestLimitsOf(Connection client) => new()
    {
        MaxBulkBytes = Options.ProtoMaxBulkLength,
        Authenticated = client.IsAuthenticated,
    };

    /// <summary>A client sent what is not the protocol.</summary>
    public static void NoteProtocolError(Connection client, string error)
    {
        client.Home.Statistics.Error(System.Text.Encoding.Latin1.GetBytes("ERR " + error));
        if (Log.IsOn(LogLevel.Verbose)) Log.Verbose($"Protocol error from client {client.Id}: {error}");
    }

    public void Dispose()
    {
        _listeners.Dispose();
        _direct.Dispose();
        Cluster?.Dispose();
        Courier.Dispose();
        Crew?.Dispose();
        Saver.Dispose();
        Replication.Dispose();
        foreach (ShardWorker worker in _workers) worker.Dispose();
        foreach (Shard shard in Shards) shard.Dispose();
        _stopRequested.Dispose();
    }

    private void ApplyConfiguration()
    {
        foreach (ConfigBinding binding in ConfigBindings.All)
        {
            binding.Apply(this);
            ConfigBinding bound = binding;
            Config.Subscribe(_ => bound.Apply(this), binding.Directives);
        }
    }

    private sealed class BatchPolicy(int shardCount) : PooledObjectPolicy<Batch>
    {
        public override Batch Create() => new(shardCount);

        public override bool Return(Batch batch) => true;
    }
}
