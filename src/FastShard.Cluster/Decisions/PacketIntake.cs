using FastShard.Cluster.Bus;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>What a packet changes.</summary>
internal sealed class PacketIntake
{
    private readonly ClusterState _state;
    private readonly ClusterDecisions _do;

    public PacketIntake(ClusterState state, ClusterDecisions decisions)
    {
        _state = state;
        _do = decisions;
    }

    public void Take(ClusterLink link, in BusPacket packet)
    {
        _state.Received.Add(packet.Type);
        ClusterNode? sender = _state.Nodes.Find(packet.Sender);
        if (sender is { IsMyself: false })
        {
            sender.HeardMillis = _state.NowMillis;
            if (link.IsInbound) _do.Links.Bind(link, sender);
            if (!sender.IsInHandshake) TakeHeader(sender, packet);
        }
        switch (packet.Type)
        {
            case BusMessageType.Ping or BusMessageType.Pong or BusMessageType.Meet:
                TakeGossip(link, sender, packet);
                return;
            default:
                if (sender is { IsMyself: false }) TakeKnown(link, sender, packet);
                return;
        }
    }

    /// <summary>What every packet says of its sender: epochs, and its place in the stream.</summary>
    private void TakeHeader(ClusterNode sender, in BusPacket packet)
    {
        if (packet.CurrentEpoch > _state.CurrentEpoch) _state.CurrentEpoch = packet.CurrentEpoch;
        if (packet.ConfigEpoch > sender.ConfigEpoch)
        {
            sender.ConfigEpoch = packet.ConfigEpoch;
            _state.Changed(andSync: true);
        }
        sender.Offset = packet.Offset;
        if (_state.Myself.Primary == sender && (packet.Marks & BusMarks.Paused) != 0)
            _do.Manual.TakeOffset(packet.Offset);
    }

    private void TakeGossip(ClusterLink link, ClusterNode? sender, in BusPacket packet)
    {
        if (packet.Type != BusMessageType.Pong) Answer(link, sender, packet);
        if (!link.IsInbound && link.Node is { } node && !TakeName(link, node, sender, packet)) return;
        sender = _state.Nodes.Find(packet.Sender);
        if (sender is null or { IsMyself: true }) return;

        sender.Clear(NodeFlags.NoFailover);
        sender.Set(packet.Flags & NodeFlags.NoFailover);
        if (packet.Type == BusMessageType.Ping && !sender.IsInHandshake)
            _do.Members.UpdateAddress(sender, link, packet.Address);
        if (!link.IsInbound && packet.Type == BusMessageType.Pong && link.Node is { } answering)
        {
            answering.PongReceivedMillis = _state.NowMillis;
            answering.PingSentMillis = 0;
            _do.Failures.Hear(answering);
        }
        _do.Roles.TakeWord(sender, packet.Primary);
        TakeClaims(sender, packet);
        _do.Gossip.Take(sender, packet);
        TakeExtensions(sender, packet);
        FollowTheTop();
    }

    /// <summary>A PING or MEET: a PONG is the answer to anybody, a handshake to a MEET of a stranger.</summary>
    private void Answer(ClusterLink link, ClusterNode? sender, in BusPacket packet)
    {
        LearnOwnAddress(link, sender, packet.Type == BusMessageType.Meet);
        if (sender is null && packet.Type == BusMessageType.Meet)
        {
            NodeAddress address = packet.Address;
            if (address.Ip.Length == 0) address = address with { Ip = link.PeerIp };
            _do.Members.Handshake(address, withMeet: false);
        }
        _do.Sender.Gossip(link, BusMessageType.Pong);
    }

    /// <summary>
    /// Whoever comes here uses an address by which this node is known. It counts when a node meets this one, and once
    /// after a start: what an earlier run wrote down may be over.
    /// </summary>
    private void LearnOwnAddress(ClusterLink link, ClusterNode? sender, bool isMeeting)
    {
        if (!link.IsInbound || link.LocalIp.Length == 0 || _state.Settings.Announced.Ip.Length > 0) return;
        if (!isMeeting && (_state.KnowsOwnAddress || sender is null or { IsMyself: true })) return;
        ClusterNode myself = _state.Myself;
        _state.KnowsOwnAddress = true;
        if (myself.Address.Ip == link.LocalIp) return;
        myself.Address = myself.Address with { Ip = link.LocalIp };
        _state.Outbox.Notice($"IP address for this node updated to {link.LocalIp}");
        _state.Changed();
    }

    /// <summary>Whoever answers is whom this node called, or the handshake ends. False: all is done.</summary>
    private bool TakeName(ClusterLink link, ClusterNode node, ClusterNode? sender, in BusPacket packet)
    {
        if (node.IsInHandshake)
        {
            if (sender is not null)
            {
                // The handshake has found somebody who is known, perhaps at a new place, perhaps this node itself.
                if (!sender.IsMyself) _do.Members.UpdateAddress(sender, link, packet.Address);
                _do.Members.Remove(node);
                return false;
            }
            _do.Members.Complete(node, packet.Sender, packet.Flags);
            return true;
        }
        if (node.Id == packet.Sender) return true;
        _state.Outbox.Notice($"PONG contains mismatching sender ID. About node {node.Id} in address {node.Address.Ip}");
        _do.Members.LoseAddress(node);
        return false;
    }

    private void TakeClaims(ClusterNode sender, in BusPacket packet)
    {
        ClusterNode? owner = sender.IsPrimary ? sender : sender.Primary;
        if (owner is not null && !owner.Slots.Bits.SequenceEqual(packet.Slots))
        {
            if (sender.IsPrimary) _do.Claims.Take(sender, packet.ConfigEpoch, packet.Slots);
            _do.Claims.Contradict(sender, packet.ConfigEpoch, packet.Slots);
        }
        if (packet.ConfigEpoch == _state.Myself.ConfigEpoch) _do.Claims.ResolveCollision(sender);
    }

    private void TakeExtensions(ClusterNode sender, in BusPacket packet)
    {
        sender.ReadsExtensions = packet.ReadsExtensions;
        sender.KnowsPorts = packet.KnowsPorts;
        string hostname = packet.Hostname;
        // They are left out until the sender knows that they are understood.
        NodeId shard = packet.ShardId.IsNone ? sender.ShardId : packet.ShardId;
        ShardPorts ports = packet.Ports.Count == 0 ? sender.Ports : packet.Ports;
        if (sender.Hostname == hostname && sender.ShardId == shard && sender.Ports == ports) return;
        sender.Hostname = hostname;
        sender.ShardId = shard;
        sender.Ports = ports;
        if (_state.Myself.Primary == sender) _state.Myself.ShardId = shard;
        _state.Changed();
    }

    /// <summary>A primary that has become a replica cannot be replicated from by way of the cluster.</summary>
    private void FollowTheTop()
    {
        if (_state.Myself.Primary is { Primary: { } top } && !top.IsMyself && top.IsPrimary) _do.Roles.Follow(top);
    }

    private void TakeKnown(ClusterLink link, ClusterNode sender, in BusPacket packet)
    {
        switch (packet.Type)
        {
            case BusMessageType.Fail:
                if (_state.Nodes.Find(packet.FailedNode) is { IsMyself: false, HasFailed: false } failed)
                    _do.Failures.Fail(failed);
                break;
            case BusMessageType.Publish or BusMessageType.PublishShard:
                bool isSharded = packet.Type == BusMessageType.PublishShard;
                _state.Outbox.Deliver(isSharded, packet.Channel, packet.Message);
                break;
            case BusMessageType.FailoverAuthRequest:
                _do.Ballot.Consider(sender, packet);
                break;
            case BusMessageType.FailoverAuthAck:
                _do.Election.TakeVote(sender, packet.CurrentEpoch);
                break;
            case BusMessageType.ManualFailoverStart:
                if (sender.Primary is not { IsMyself: true }) break;
                _do.Manual.BeginFor(sender);
                // It carries the offset at which writes stand still.
                _do.Sender.Gossip(link, BusMessageType.Ping);
                break;
            case BusMessageType.Update:
                TakeUpdate(packet);
                break;
        }
    }

    private void TakeUpdate(in BusPacket packet)
    {
        if (_state.Nodes.Find(packet.UpdatedNode) is not { } owner || owner.ConfigEpoch >= packet.UpdatedEpoch) return;
        if (!owner.IsMyself) _do.Roles.Lead(owner);
        owner.ConfigEpoch = packet.UpdatedEpoch;
        _state.Changed(andSync: true);
        _do.Claims.Take(owner, packet.UpdatedEpoch, packet.UpdatedSlots);
    }
}
