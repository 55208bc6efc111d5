using FastShard.Cluster.Bus;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>What is done ten times a second: links, pings, suspicions, and what a replica has to see to.</summary>
internal sealed class Heartbeat
{
    private const int TicksPerDrawnPing = 10;
    private const int Draws = 5;
    private const long HandshakeMinMillis = 1000;

    private readonly ClusterState _state;
    private readonly ClusterDecisions _do;
    private readonly List<ClusterNode> _nodes = [];
    private long _ticks;

    public Heartbeat(ClusterState state, ClusterDecisions decisions)
    {
        _state = state;
        _do = decisions;
    }

    public void Beat()
    {
        _ticks++;
        KeepLinks();
        if (_ticks % TicksPerDrawnPing == 0) PingOneDrawn();
        foreach (ClusterNode node in _state.Nodes.All)
        {
            if (!node.Has(NodeFlags.Myself | NodeFlags.NoAddress | NodeFlags.Handshake)) Watch(node);
        }
        if (_state.Myself.IsReplica) AttendReplica();
        _do.Manual.GiveUpInTime();
        if (!_state.IsOk) _state.IsHealthInDoubt = true;
    }

    private void KeepLinks()
    {
        _nodes.Clear();
        _nodes.AddRange(_state.Nodes.All);
        long patience = Math.Max(_state.Settings.NodeTimeoutMillis, HandshakeMinMillis);
        foreach (ClusterNode node in _nodes)
        {
            if (node.Has(NodeFlags.Myself | NodeFlags.NoAddress)) continue;
            if (node.IsInHandshake && _state.NowMillis - node.CreatedMillis > patience) _do.Members.Remove(node);
            else if (node.Link is null) _do.Links.Open(node);
        }
    }

    /// <summary>The one of a few drawn that was silent longest: so news travel without all talking to all.</summary>
    private void PingOneDrawn()
    {
        ClusterNode? oldest = null;
        for (int draw = 0; draw < Draws; draw++)
        {
            ClusterNode node = _state.DrawNode();
            if (node.Link is null || node.PingSentMillis != 0) continue;
            if (node.Has(NodeFlags.Myself | NodeFlags.Handshake)) continue;
            if (oldest is null || node.PongReceivedMillis < oldest.PongReceivedMillis) oldest = node;
        }
        if (oldest is not null) _do.Sender.Gossip(oldest.Link, BusMessageType.Ping);
    }

    private void Watch(ClusterNode node)
    {
        long now = _state.NowMillis;
        long timeout = _state.Settings.NodeTimeoutMillis;
        long sinceHeard = now - node.HeardMillis;
        if (_do.Members.IsToBeMetAgain(node)) _do.Sender.Gossip(node.Link, BusMessageType.Meet);
        if (node.Link is { } link && node.PingSentMillis != 0 && now - link.CreatedMillis > timeout
            && now - node.PingSentMillis > timeout / 2 && sinceHeard > timeout / 2)
        {
            // The node may be well and only the connection dead: the next tick opens another one.
            _do.Links.Close(link);
        }
        if (node.Link is not null && node.PingSentMillis == 0 && now - node.PongReceivedMillis > timeout / 2)
        {
            _do.Sender.Gossip(node.Link, BusMessageType.Ping);
            return;
        }
        if (_do.Manual.Requester == node && _state.Myself.IsPrimary && node.Link is not null)
        {
            // It waits for the offset.
            _do.Sender.Gossip(node.Link, BusMessageType.Ping);
            return;
        }
        if (node.PingSentMillis == 0) return;
        if (Math.Min(now - node.PingSentMillis, sinceHeard) > timeout) _do.Failures.Suspect(node);
    }

    private void AttendReplica()
    {
        ClusterNode? primary = _state.Myself.Primary;
        if (!_state.Facts.IsFollowing && primary is { } && primary.Address.Ip.Length > 0)
            _state.Outbox.Follow(primary.Address);
        _state.IsFailoverDue = true;
        _do.Migration.Consider();
    }
}
