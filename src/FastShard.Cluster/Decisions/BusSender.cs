using FastShard.Cluster.Bus;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>What this node says: packets with its own state in their header.</summary>
internal sealed class BusSender
{
    private const int GossipMin = 3;
    private const int GossipShare = 10;

    private readonly ClusterState _state;
    private readonly ManualFailover _manual;
    private readonly List<GossipEntry> _entries = [];
    private long _gossipNumber;

    public BusSender(ClusterState state, ManualFailover manual)
    {
        _state = state;
        _manual = manual;
    }

    /// <summary>PING, PONG or MEET, with what this node thinks of some others.</summary>
    public void Gossip(ClusterLink? link, BusMessageType type)
    {
        if (link is null) return;
        if (type == BusMessageType.Ping && !link.IsInbound && link.Node is { } node)
            node.PingSentMillis = _state.NowMillis;
        if (!link.IsOpen) return;
        CollectGossip();
        byte[] packet = BusWriter.Gossip(
            Header(type, BusMarks.Extensions), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries),
            ExtensionsFor(link.Node));
        Put(link, type, packet);
    }

    /// <summary>A PONG for all nodes, or for those that follow the same primary: news that cannot wait.</summary>
    public void BroadcastPong(bool onlySiblings = false)
    {
        foreach (ClusterNode node in _state.Nodes.All)
        {
            if (node.IsMyself || node.IsInHandshake) continue;
            if (onlySiblings && !IsSibling(node)) continue;
            Gossip(node.Link, BusMessageType.Pong);
        }
    }

    public void BroadcastFail(ClusterNode failed) =>
        Broadcast(BusMessageType.Fail, BusWriter.Fail(Header(BusMessageType.Fail), failed.Id));

    public void BroadcastVoteRequest()
    {
        // Asked for by a person: the primary need not be down.
        BusMarks marks = _manual.IsRunning ? BusMarks.ForceAck : BusMarks.None;
        Broadcast(BusMessageType.FailoverAuthRequest,
            BusWriter.Plain(Header(BusMessageType.FailoverAuthRequest, marks)));
    }

    public void Publish(bool isSharded, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message)
    {
        BusMessageType type = isSharded ? BusMessageType.PublishShard : BusMessageType.Publish;
        byte[] packet = BusWriter.Publish(Header(type), channel, message);
        foreach (ClusterNode node in _state.Nodes.All)
        {
            if (node.IsMyself || node.IsInHandshake) continue;
            if (!isSharded || IsSibling(node)) Put(node.Link, type, packet);
        }
    }

    public void Vote(ClusterNode candidate) => Put(candidate.Link, BusMessageType.FailoverAuthAck,
        BusWriter.Plain(Header(BusMessageType.FailoverAuthAck)));

    public void StartManualFailover(ClusterNode primary) => Put(primary.Link, BusMessageType.ManualFailoverStart,
        BusWriter.Plain(Header(BusMessageType.ManualFailoverStart)));

    /// <summary>Tells a node who owns what it claims.</summary>
    public void Update(ClusterNode node, ClusterNode owner) => Put(node.Link, BusMessageType.Update,
        BusWriter.Update(Header(BusMessageType.Update), owner.Id, owner.ConfigEpoch, owner.Slots.Bits));

    // Who does not know an extension writes a line into its log for each: only host names go to everybody, as ever.
    private PingExtensions ExtensionsFor(ClusterNode? node) => new(
        _state.Settings.Hostname,
        node is { ReadsExtensions: true } ? _state.Myself.ShardId : NodeId.None,
        node is { KnowsPorts: true } ? _state.Myself.Ports : default);

    private static uint Seconds(long millis) => (uint)(millis / 1000);

    private bool IsSibling(ClusterNode node)
    {
        ClusterNode primary = _state.Myself.Primary ?? _state.Myself;
        return node == primary || node.Primary == primary;
    }

    private void Broadcast(BusMessageType type, byte[] packet)
    {
        foreach (ClusterNode node in _state.Nodes.All)
        {
            if (!node.IsMyself && !node.IsInHandshake) Put(node.Link, type, packet);
        }
    }

    private void Put(ClusterLink? link, BusMessageType type, byte[] packet)
    {
        if (link is not { IsOpen: true }) return;
        _state.Sent.Add(type);
        _state.Outbox.Send(link.Id, packet);
    }

    private BusHeader Header(BusMessageType type, BusMarks marks = BusMarks.None)
    {
        ClusterNode myself = _state.Myself;
        ClusterNode owner = myself.IsReplica && myself.Primary is { } primary ? primary : myself;
        if (myself.IsPrimary && _manual.IsRunning && _state.Facts.IsStill) marks |= BusMarks.Paused;
        return new BusHeader
        {
            Type = type,
            Sender = myself.Id,
            Primary = myself.Primary?.Id ?? NodeId.None,
            CurrentEpoch = _state.CurrentEpoch,
            ConfigEpoch = owner.ConfigEpoch,
            Offset = _state.Facts.Offset,
            Slots = owner.Slots.Bits,
            Address = _state.Settings.Announced,
            Flags = myself.Flags,
            Marks = marks,
            KnowsPorts = true,
            IsOk = _state.IsOk,
        };
    }

    /// <summary>
    /// A tenth of the nodes, drawn, so that news of a failure reach the majority within a timeout or two; and all
    /// that may have failed, since the majority is needed exactly for those.
    /// </summary>
    private void CollectGossip()
    {
        _entries.Clear();
        _gossipNumber++;
        int fresh = _state.Nodes.Count - 2;
        int wanted = Math.Min(Math.Max(GossipMin, _state.Nodes.Count / GossipShare), fresh);
        for (int draws = wanted * 3; draws > 0 && _entries.Count < wanted; draws--)
        {
            ClusterNode node = _state.DrawNode();
            if (node.IsMyself || node.MayHaveFailed || node.GossipNumber == _gossipNumber) continue;
            if (node.Has(NodeFlags.Handshake | NodeFlags.NoAddress)) continue;
            if (node.Link is null && node.Slots.Count == 0) continue;
            AddEntry(node);
        }
        foreach (ClusterNode node in _state.Nodes.All)
        {
            if (node.MayHaveFailed && !node.Has(NodeFlags.Handshake | NodeFlags.NoAddress)) AddEntry(node);
        }
    }

    private void AddEntry(ClusterNode node)
    {
        node.GossipNumber = _gossipNumber;
        _entries.Add(new GossipEntry(
            node.Id, Seconds(node.PingSentMillis), Seconds(node.PongReceivedMillis), node.Address, node.Flags));
    }
}
