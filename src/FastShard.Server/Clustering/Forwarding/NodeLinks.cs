using FastShard.Protocol;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// A shard's links to other nodes, and the calls that are on them. Touched by the holder of the shard's token: no lock,
/// and no hop to another thread, for the links lie in the shard's own event loop. What is queued in a turn leaves at
/// its end. Failures are met in the shard's own turn, so that a call never ends while it is being made.
/// </summary>
internal sealed class NodeLinks : IDisposable
{
    private const int CheckMillis = 10;
    private const int LinksPerNode = 4;

    private readonly Shard _shard;
    private readonly Dictionary<LinkKey, ForwardLink> _links = [];
    private readonly OwnLinks _own;
    private readonly Queue<ForwardLink> _attended = new();
    private readonly List<ForwardLink> _unflushed = [];
    private readonly Stack<ForwardedCall> _spare = new();
    private readonly LearnedRoutes _learned = new();
    private readonly Hedges _hedges;
    private ForwardLink?[] _byNode = [];
    private ClusterMap? _map;
    private long _nextCheckMillis;
    private int _calls;

    public NodeLinks(FastShardServer server, Shard shard)
    {
        Server = server;
        _shard = shard;
        _own = new OwnLinks(this);
        _hedges = new Hedges(this);
    }

    public FastShardServer Server { get; }

    public ForwardCounters Counters { get; } = new();

    /// <summary>Scattered commands of this shard's clients.</summary>
    public ScatterStock Scatters { get; } = new();

    /// <summary>What the gate said of the command that is about to be passed on.</summary>
    public ClusterRuling Ruling { get; set; }

    /// <summary>Calls that no node has answered yet.</summary>
    public int Calls => _calls;

    /// <summary>Connections, open or about to be.</summary>
    public int Count => _links.Count + _own.Count;

    /// <summary>Bytes that wait for nodes.</summary>
    public long WaitingBytes
    {
        get
        {
            long bytes = 0;
            foreach (ForwardLink link in _links.Values) bytes += link.WaitingBytes;
            return bytes;
        }
    }

    /// <summary>How long the shard may sleep.</summary>
    public int WaitMillis
    {
        get
        {
            if (_attended.Count > 0) return 0;
            if (_hedges.HasAny) return 1;
            return _calls > _own.Count ? CheckMillis : int.MaxValue;
        }
    }

    /// <summary>Where to ask about a slot: what another node said lately, else the map.</summary>
    public MapNode? RouteOf(ClusterMap map, int slot) => _learned.Find(map, slot) ?? map.OwnerOf(slot);

    /// <summary>A call for a record of a batch.</summary>
    public ForwardedCall Take(Batch batch, int record, CallKind kind, MapNode node, int slot, bool isRead)
    {
        ForwardedCall call = _spare.Count > 0 ? _spare.Pop() : new ForwardedCall();
        call.Begin(batch, record, kind, node, slot, isRead);
        _calls++;
        return call;
    }

    /// <summary>The shared link to a node.</summary>
    public ForwardLink LinkTo(MapNode node, RespVersion version, bool isReadOnly = false)
    {
        if (node.Index < 0) return Find(node, version, isReadOnly);
        Follow(Server.Cluster!.Map);
        int index = (node.Index * LinksPerNode) + (version == RespVersion.Resp3 ? 1 : 0) + (isReadOnly ? 2 : 0);
        if (index >= _byNode.Length) return Find(node, version, isReadOnly);
        if (_byNode[index] is { } link && link.Key.Port == node.Port && link.Key.Ip == node.Ip) return link;
        return _byNode[index] = Find(node, version, isReadOnly);
    }

    /// <summary>Sends a call where it is to go.</summary>
    public void Send(ShardWorker worker, ForwardedCall call)
    {
        call.SentMillis = worker.NowMillis;
        if (call.Kind == CallKind.Waiting)
        {
            _own.Send(worker, call);
            return;
        }
        LinkTo(call.Node, call.Version).Send(worker, call);
        if (call.IsRead) _hedges.Note(call);
    }

    /// <summary>A node has answered a call.</summary>
    public void Answer(ShardWorker worker, ForwardedCall call, ForwardLink link, ReadOnlySpan<byte> reply)
    {
        bool isOfReplica = link.Key.IsReadOnly;
        // A replica that cannot serve is as good as none.
        if (isOfReplica && reply[0] == '-' && call.Copies > 0) return;
        if (isOfReplica) Counters.HedgesWon++;
        ReadOnlySpan<byte> redirect = call.QueueRedirect ?? (reply[0] == '-' && !isOfReplica ? reply : default);
        if (!call.WasRedirected && Redirection.TryParse(redirect, out Redirection redirection)
            && !(redirection.IsAsk && call.Kind == CallKind.Transaction))
        {
            Redirect(worker, call, link, redirection);
            return;
        }
        // ASKING is for one command, and cannot be said for those that MULTI queues.
        if (call.QueueRedirect is not null && redirect.StartsWith("-ASK "u8))
            reply = "-TRYAGAIN The keys of this transaction are on their way to another node\r\n"u8;
        Complete(worker, call, reply, wasDone: true);
    }

    /// <summary>A call is not answered by the link that it was on.</summary>
    public void Lose(ShardWorker worker, ForwardedCall call, ForwardLink link, string why, bool mayHaveRun)
    {
        if (call.Copies > 0) return; // the other node may answer yet
        string text = Describe(call, link.Node, why, mayHaveRun);
        Counters.Failed++;
        Complete(worker, call, System.Text.Encoding.UTF8.GetBytes($"-{text}\r\n"), wasDone: mayHaveRun);
    }

    /// <summary>Looks after a link in the shard's own turn.</summary>
    public void Attend(ForwardLink link)
    {
        if (link.IsAttended) return;
        link.IsAttended = true;
        _attended.Enqueue(link);
        _shard.Reactor.Wake();
    }

    /// <summary>It has something to send at the end of the turn.</summary>
    public void MarkUnflushed(ForwardLink link)
    {
        if (link.IsUnflushed) return;
        link.IsUnflushed = true;
        _unflushed.Add(link);
    }

    /// <summary>Sends what was queued since the last time.</summary>
    public void Flush()
    {
        if (_unflushed.Count == 0) return;
        foreach (ForwardLink link in _unflushed)
        {
            link.IsUnflushed = false;
            link.Flush();
        }
        _unflushed.Clear();
    }

    /// <summary>By the shard's own worker, each turn.</summary>
    public void Run(ShardWorker worker)
    {
        if (_calls > 0 && worker.NowMillis >= _nextCheckMillis) CheckTime(worker);
        if (_calls > 0) _hedges.Run(worker);
        for (int left = _attended.Count; left > 0; left--)
        {
            ForwardLink link = _attended.Dequeue();
            link.IsAttended = false;
            link.Attend(worker);
        }
        if (_unflushed.Count > 0) Flush();
    }

    /// <summary>CLIENT UNBLOCK of a client that waits at another node. False where it does not.</summary>
    public bool TryUnblock(ShardWorker worker, Clients.Connection client, bool asError)
    {
        if (client.AwaitedCall is not { OwnLink: { Id: > 0 } link } call) return false;
        LinkTo(call.Node, call.Version).Say(
            worker, "CLIENT", "UNBLOCK", $"{link.Id}", asError ? "ERROR" : "TIMEOUT");
        return true;
    }

    /// <summary>The connection of a client that waits at another node was closed.</summary>
    public void Abandon(ShardWorker worker, Clients.Connection client)
    {
        if (client.AwaitedCall is not { } call) return;
        ForwardLink link = call.OwnLink!;
        Complete(worker, call, "$-1\r\n"u8, wasDone: true, isLinkFree: false);
        link.Break("its client has left");
    }

    /// <summary>A link that one client had to itself is not used again.</summary>
    public void Drop(ForwardLink link) => _own.Drop(link);

    public void Dispose()
    {
        foreach (ForwardLink link in _links.Values) link.Dispose();
        _own.Dispose();
        Scatters.Dispose();
    }

    private static string Describe(ForwardedCall call, MapNode node, string why, bool mayHaveRun)
    {
        string slot = call.Slot < 0 ? "" : $" slot {call.Slot},";
        string where = $"node {node.Id} at {node.Ip}:{node.Port},";
        return mayHaveRun
            ? $"NODELOST The reply of{slot} {where} is lost: {why}; the command may have run"
            : $"CLUSTERDOWN Cannot reach{slot} {where} {why}; the command has not run";
    }

    private ForwardLink Find(MapNode node, RespVersion version, bool isReadOnly)
    {
        var key = new LinkKey(node.Ip, node.Port, version, isReadOnly);
        if (!_links.TryGetValue(key, out ForwardLink? link))
            _links.Add(key, link = new ForwardLink(this, node, key, isOwn: false));
        link.Node = node;
        return link;
    }

    // Nodes have other indexes in another map, and some are gone.
    private void Follow(ClusterMap map)
    {
        if (ReferenceEquals(map, _map)) return;
        _map = map;
        _byNode = new ForwardLink?[map.All.Length * LinksPerNode];
        foreach ((LinkKey key, ForwardLink link) in _links)
        {
            if (map.At(key.Ip, key.Port) is not null || !link.IsIdle || link.IsAttended || link.IsUnflushed) continue;
            link.Dispose();
            _ = _links.Remove(key);
        }
    }

    private void Redirect(ShardWorker worker, ForwardedCall call, ForwardLink link, in Redirection redirection)
    {
        ClusterMap map = Server.Cluster!.Map;
        string host = redirection.Host.Length > 0 ? redirection.Host : link.Key.Ip;
        MapNode node = map.At(host, redirection.Port)
            ?? new MapNode(default, $"{host}:{redirection.Port}", host, default) { Ip = host, Port = redirection.Port };
        if (!redirection.IsAsk) _learned.Learn(map, redirection.Slot, node);
        Counters.Redirected++;
        call.WasRedirected = true;
        call.IsAsking = redirection.IsAsk;
        call.QueueRedirect = null;
        call.Node = node;
        ForwardLink? own = call.OwnLink;
        call.OwnLink = null;
        Send(worker, call);
        if (own is not null) _own.Return(own);
    }

    private void Complete(
        ShardWorker worker, ForwardedCall call, ReadOnlySpan<byte> reply, bool wasDone, bool isLinkFree = true)
    {
        Batch batch = call.Batch;
        _calls--;
        ForwardLink? own = call.OwnLink;
        if (call.Kind == CallKind.Transaction) batch.Connection.Transaction.Close();
        if (call.Kind == CallKind.Waiting) batch.Connection.AwaitedCall = null;
        Scatter? scatter = call.Scatter;
        int record = call.Record;
        int part = call.Part;
        call.End();
        _spare.Push(call);
        if (own is not null && isLinkFree) _own.Return(own);
        if (scatter is null) batch.PutForeign(record, reply);
        else if (scatter.Put(part, reply, wasDone)) Scatters.Finish(worker, scatter);
        BatchRunner.PartReturned(worker, batch);
    }

    private void CheckTime(ShardWorker worker)
    {
        _nextCheckMillis = worker.NowMillis + CheckMillis;
        long limit = Math.Max(Server.Options.ClusterNodeTimeoutMillis, 1);
        foreach (ForwardLink link in _links.Values) link.CheckTime(worker, limit);
        _own.CheckTime(worker, limit);
        Scatters.CheckTime(worker, this);
    }

    /// <summary>A part of a scattered command has taken too long; the link may still bring its reply.</summary>
    public void GiveUp(ShardWorker worker, ForwardedCall call, long millis)
    {
        string text = Describe(call, call.Node, $"it has not answered for {millis} ms", mayHaveRun: true);
        Counters.Failed++;
        Complete(worker, call, System.Text.Encoding.UTF8.GetBytes($"-{text}\r\n"), wasDone: true);
    }
}
