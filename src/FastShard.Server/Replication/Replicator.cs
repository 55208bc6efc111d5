// Replication of a server, in either role. As a primary it gives its stream to replicas; as a replica it follows a
// primary (PrimaryLink) and passes the stream on. What changes the role, or the name of the stream, happens while all
// shards are held, and on the log's thread behind all that was posted before.

using FastShard.Engine.Keyspaces;
using FastShard.Replication;
using FastShard.Replication.Backlog;
using FastShard.Replication.Failovers;
using FastShard.Server.Clients;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>The role of this server, its replicas, and its stream.</summary>
internal sealed class Replicator : IDisposable
{
    // What waits is looked at so often.
    private const long LookMillis = 100;

    // The log's thread is woken, and answers within microseconds unless it has much to do or waits for the disk.
    private const int SettleMillis = 20;

    private readonly FastShardServer _server;
    private readonly FullSyncs _fullSyncs;
    private volatile ReplicationIds _ids = ReplicationIds.Of(FastShardServer.RandomId());
    private volatile PrimaryLink? _link;
    private volatile bool _isUrgent;
    private long _nextLookMillis;
    private long _nextSecondMillis;
    private long _pingedMillis;
    private long _lonelySinceMillis;

    public Replicator(FastShardServer server)
    {
        _server = server;
        _fullSyncs = new FullSyncs(server);
        Failover = new FailoverRun(server);
        Feed = new ReplicationFeed(server.Shards);
        server.Aof.Log.Feed = Feed;
    }

    /// <summary>The stream.</summary>
    public ReplicationFeed Feed { get; }

    /// <summary>Who gets it.</summary>
    public ReplicaList Replicas { get; } = new();

    /// <summary>The handing over of the role to a replica.</summary>
    public FailoverRun Failover { get; }

    /// <summary>The names of the stream. Any thread.</summary>
    public ReplicationIds Ids => _ids;

    /// <summary>The link to the primary; null = this is one. Any thread.</summary>
    public PrimaryLink? Link => _link;

    /// <summary>This server follows another. Any thread.</summary>
    public bool IsReplica => _link is not null;

    /// <summary>What commands change goes into the stream.</summary>
    public bool NeedsEffects => Feed.IsOn && !IsReplica;

    /// <summary>
    /// A replica that leaves room to its primary, or a primary that hands its role over or ends: nothing is evicted,
    /// nothing refused for memory.
    /// </summary>
    public bool IgnoresMemoryLimit =>
        (IsReplica && _server.Options.ReplicaIgnoresMaxMemory) || Failover.State != FailoverState.None
        || _server.Shutdown.IsWaiting;

    /// <summary>Full and partial synchronisations that were given, and partial ones that were not.</summary>
    public long SyncsFull { get; private set; }

    public long SyncsPartial { get; private set; }

    public long SyncsRefused { get; private set; }

    /// <summary>CONFIG RESETSTAT; every shard is held.</summary>
    public void ResetCounts() => SyncsFull = SyncsPartial = SyncsRefused = 0;

    /// <summary>By the first shard's worker, each turn.</summary>
    public void Tick(ShardWorker worker)
    {
        _link?.Run(worker);
        if (!_isUrgent && worker.NowMillis < _nextLookMillis) return;
        _isUrgent = false;
        _nextLookMillis = worker.NowMillis + LookMillis;
        Failover.Tick(worker);
        _server.Shutdown.Tick(worker);
        if (Replicas.All.Length > 0) _fullSyncs.Tick(worker);
        if (worker.NowMillis < _nextSecondMillis) return;
        _nextSecondMillis = worker.NowMillis + 1000;
        Ping(worker.NowMillis);
        UpdateGate(worker.NowMillis);
        EndLonelyStream(worker);
    }

    /// <summary>There is something to look at in the first shard's next turn. Any thread.</summary>
    public void Hurry()
    {
        _isUrgent = true;
        _server.Shards[0].Reactor.Wake();
    }

    /// <summary>Where the stream ends, with all that was changed; every shard is held.</summary>
    public long SettleStream()
    {
        PostAll();
        long end = 0;
        OnLog(() => end = Feed.Backlog.End);
        return end;
    }

    /// <summary>
    /// Where the stream ends with all that was answered, to be told to somebody who compares it with replicas'; every
    /// shard is held. While the disk keeps the log's thread busy, what is known so far.
    /// </summary>
    public long StreamEnd()
    {
        if (!NeedsEffects) return Feed.Backlog.End;
        PostAll();
        ManualResetEventSlim done = new();
        _server.Aof.Log.PostCut(done.Set);
        _ = done.Wait(SettleMillis);
        return Feed.Backlog.End;
    }

    /// <summary>A connection asks for the stream; every shard is held.</summary>
    public void Admit(ShardWorker worker, Replica replica, byte[] id, long wanted, bool isOld)
    {
        replica.IsEnlisted = true;
        replica.WaitsSinceMillis = replica.SentMillis = worker.NowMillis;
        replica.Progress.Ask(isOld, worker.NowMillis);
        Replicas.Add(replica);
        replica.Home.Replicas.Add(replica);
        if (!Feed.IsOn) BeginStream();
        PostAll();
        long nowMillis = worker.NowMillis;
        _server.Aof.Log.PostCut(() => Decide(replica, id, wanted, isOld, nowMillis));
    }

    /// <summary>A connection was closed; its shard is held.</summary>
    public void Forget(Connection client)
    {
        if (client.Replica is { } replica)
        {
            client.Replica = null;
            replica.Leave();
            if (!replica.IsEnlisted) return;
            Replicas.Remove(replica);
            replica.Home.Replicas.Remove(replica);
            Log.Notice($"Connection with replica {client.Channel.PeerAddress} lost.");
        }
        else if (client.IsPrimary)
        {
            _link?.NoteClosed(client);
        }
    }

    /// <summary>Posts what shards have changed and what was applied of the primary's stream; all are held.</summary>
    public void PostAll()
    {
        _server.Aof.PostAll();
        _link?.PostApplied();
    }

    /// <summary>A replica has said how far it is: who waits for that is answered.</summary>
    public void NoteAcknowledged()
    {
        foreach (Shard shard in _server.Shards)
        {
            if (shard.Waits.IsAwaited) shard.Reactor.Wake();
        }
        if (Failover.State == FailoverState.WaitingForSync || _server.Shutdown.IsWaiting) Hurry();
    }

    /// <summary>Writes are refused while too few replicas are near.</summary>
    public void UpdateGate(long nowMillis)
    {
        int wanted = _server.Options.MinReplicasToWrite;
        int lagMax = _server.Options.MinReplicasMaxLagSeconds;
        bool isGuarded = wanted > 0 && lagMax > 0 && !IsReplica;
        _server.Gates.LacksReplicas = isGuarded && Replicas.CountNear(nowMillis, lagMax) < wanted;
    }

    /// <summary>What commands meet, by the role and the link. Any thread.</summary>
    public void UpdateRole()
    {
        bool isReplica = IsReplica;
        _server.Gates.IsReadOnly = isReplica && _server.Options.ReplicaReadOnly;
        bool isStale = _link is { IsConnected: false };
        _server.Gates.HidesStale = isStale && !_server.Options.ReplicaServesStale;
    }

    /// <summary>Follows a primary from now on; every shard is held.</summary>
    public void Follow(ShardWorker worker, string host, int port)
    {
        PostAll();
        _server.Spread.Clear();
        (string? id, long offset) = (null, 0);
        if (_link is { } former)
        {
            former.End(worker);
            (id, offset) = (former.StreamId, former.Offset);
        }
        else
        {
            // What it was itself so far may be what the new primary goes on with.
            if (Feed.IsOn) id = Ids.Id;
            OnLog(() =>
            {
                if (Feed.IsOn) Feed.BeginProxy();
                offset = Feed.Backlog.End;
            });
            UnblockAll(worker);
        }
        Become(new PrimaryLink(_server, host, port, id, offset), [host, $"{port}"]);
    }

    /// <summary>The configuration names a primary; before the shards run.</summary>
    public void Started()
    {
        if (_server.Options.ReplicaOf is not [var host, var port]) return;
        int number = int.Parse(port, System.Globalization.CultureInfo.InvariantCulture);
        Become(new PrimaryLink(_server, host, number, streamId: null, 0), [host, port]);
    }

    /// <summary>
    /// Is a primary from now on, and its stream goes on under a name of its own; every shard is held.
    /// </summary>
    public void Promote(ShardWorker worker)
    {
        if (_link is not { } link) return;
        PostAll();
        link.End(worker);
        OnLog(() =>
        {
            // Replicas of the former primary go on with this one where they are.
            string id = FastShardServer.RandomId();
            _ids = Feed.IsOn ? _ids.Continue(id, Feed.Backlog.End) : ReplicationIds.Of(id);
            if (Feed.IsOn) Feed.BeginOwn();
        });
        // They have to learn the stream's new name.
        DropReplicas();
        Become(null, []);
        _server.Aof.Resume();
        Log.Notice("MASTER MODE enabled");
    }

    /// <summary>All replicas have to come again; every shard is held.</summary>
    public void DropReplicas()
    {
        foreach (Replica replica in Replicas.All)
        {
            replica.Drop();
            replica.Home.Reactor.Wake();
        }
    }

    /// <summary>The primary's data is here, at a place of its stream; every shard is held.</summary>
    public void NoteSynced(string id, long offset)
    {
        OnLog(() =>
        {
            Feed.Restart(offset);
            Feed.BeginProxy();
            _ids = ReplicationIds.Of(id);
        });
        _server.UpdateJournal();
    }

    /// <summary>
    /// The place in the stream that a snapshot is of which is begun now, to be asked for by its writer; null where
    /// there is no stream. Every shard is held.
    /// </summary>
    public Func<IReadOnlyList<KeyValuePair<string, string>>>? PlaceNotes()
    {
        if (_link is { } link)
        {
            if (link.StreamId is not { } id) return null;
            StreamPlace applied = new(id, link.Offset, link.Database);
            return () => applied.Notes;
        }
        if (!Feed.IsOn) return null;
        PostAll();
        StreamPlace? place = null;
        ManualResetEventSlim isKnown = new();
        _server.Aof.Log.PostCut(() =>
        {
            place = new StreamPlace(Ids.Id, Feed.Backlog.End, Feed.Database);
            isKnown.Set();
        });
        return () =>
        {
            isKnown.Wait();
            return place!.Notes;
        };
    }

    /// <summary>
    /// The file that was loaded at the start is of a place in a stream. A replica goes on there; a primary's stream is
    /// another, and its replicas may go on where they are if that is the place. Every shard is held.
    /// </summary>
    public void GoOnAt(StreamPlace place)
    {
        bool isReplica = IsReplica;
        OnLog(() =>
        {
            Feed.Restart(place.Offset);
            if (isReplica) Feed.BeginProxy();
            else Feed.BeginOwn();
            ReplicationIds known = ReplicationIds.Of(place.Id);
            _ids = isReplica ? known : known.Continue(FastShardServer.RandomId(), place.Offset);
        });
        _link?.GoOnAt(place);
        _lonelySinceMillis = 0;
        _server.UpdateJournal();
    }

    /// <summary>The primary's stream goes on, perhaps under another name; the first shard is held.</summary>
    public void NoteResumed(string? id)
    {
        if (id is null || id == Ids.Id) return;
        OnLog(() => _ids = _ids.Continue(id, Feed.Backlog.End));
        DropReplicas();
    }

    /// <summary>repl-backlog-size; every shard is held, or none runs.</summary>
    public void Configure() => Feed.Backlog.KeptBytes = _server.Options.BacklogBytes;

    public void Dispose() => Feed.Dispose();

    private void Become(PrimaryLink? link, string[] replicaOf)
    {
        _link = link;
        // Whom a node of a cluster follows stands in its nodes.conf.
        if (_server.Cluster is null) _server.Options.ReplicaOf = replicaOf;
        foreach (Keyspace keyspace in _server.Dataset.Keyspaces)
            keyspace.KeepsExpired = link is not null || keyspace.IsImporting;
        _server.UpdateJournal();
        UpdateRole();
        UpdateGate(0);
        Hurry();
    }

    private void UnblockAll(ShardWorker worker)
    {
        foreach (Connection client in _server.AllConnections())
        {
            if (client.Blocked is null) continue;
            Blocking.Blocker.TryFail(
                worker, client,
                "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)"u8);
        }
    }

    // Without a stream nothing says what changed meanwhile: it is another one.
    private void BeginStream()
    {
        OnLog(() =>
        {
            _ids = ReplicationIds.Of(FastShardServer.RandomId());
            Feed.BeginOwn();
        });
        _lonelySinceMillis = 0;
        _server.UpdateJournal();
    }

    // On the log's thread.
    private void Decide(Replica replica, byte[] id, long wanted, bool isOld, long nowMillis)
    {
        bool isKnown = !isOld && _ids.Covers(id, wanted) && Feed.Backlog.CanReadFrom(wanted - 1);
        if (isKnown)
        {
            SyncsPartial++;
            string greeting = replica.Progress.KnowsSecondIds ? $"+CONTINUE {_ids.Id}\r\n" : "+CONTINUE\r\n";
            if (!replica.IsGone) replica.Place(Feed.Backlog.Attach(wanted - 1), greeting);
            replica.Progress.Resume(nowMillis);
        }
        else
        {
            SyncsFull++;
            if (!isOld && !id.AsSpan().SequenceEqual("?"u8)) SyncsRefused++;
            replica.Progress.NeedSnapshot();
            Hurry();
        }
        replica.Home.Reactor.Wake();
    }

    private void Ping(long nowMillis)
    {
        // The first replica is not pinged as soon as it comes, but a period later.
        if (IsReplica || Replicas.All.Length == 0) _pingedMillis = nowMillis;
        // While the role is handed over the stream is to stand still.
        if (IsReplica || Replicas.All.Length == 0 || Failover.State != FailoverState.None) return;
        // Nor does anything follow the last save, or come while another node of a cluster takes over.
        if (_server.Gates.IsEnding || _server.Shutdown.IsWaiting || _server.Cluster is { IsHandingOver: true }) return;
        if (nowMillis - _pingedMillis < _server.Options.ReplicaPingSeconds * 1000L) return;
        _pingedMillis = nowMillis;
        _server.Aof.Log.PostRaw("*1\r\n$4\r\nPING\r\n"u8);
    }

    private void EndLonelyStream(ShardWorker worker)
    {
        if (!NeedsEffects || Replicas.All.Length > 0 || _server.Options.BacklogTtlSeconds == 0)
        {
            _lonelySinceMillis = 0;
            return;
        }
        if (_lonelySinceMillis == 0) _lonelySinceMillis = worker.NowMillis;
        if (worker.NowMillis - _lonelySinceMillis <= _server.Options.BacklogTtlSeconds * 1000) return;
        worker.HoldAll(_server.AllShards);
        if (!NeedsEffects || Replicas.All.Length > 0) return;
        PostAll();
        OnLog(() =>
        {
            Feed.End();
            Feed.Restart(Feed.Backlog.End);
            _ids = ReplicationIds.Of(FastShardServer.RandomId());
        });
        _server.UpdateJournal();
        Log.Notice("Replication backlog freed: there were no replicas for repl-backlog-ttl seconds");
    }

    private void OnLog(Action action)
    {
        _server.Aof.Log.Start(); // nothing may have been journalled so far
        using ManualResetEventSlim done = new();
        _server.Aof.Log.PostCut(() =>
        {
            action();
            done.Set();
        });
        done.Wait();
    }
}
