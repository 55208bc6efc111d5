// A node of a cluster, without its sockets, its clock and its data:
//
//   Tick, LinkOpened, LinkAccepted, LinkClosed, Receive, Admin   go in, each with the time
//   State.Outbox                                                 what is to be done then; State is what is known
//
// One input at a time; whoever drives it takes the outbox after each, saves where that is asked for, and acts.

using FastShard.Cluster.Bus;
using FastShard.Cluster.Decisions;
using FastShard.Cluster.Migrations;
using FastShard.Cluster.State;
using FastShard.Cluster.Text;

namespace FastShard.Cluster;

/// <summary>The state machine of one node of a cluster.</summary>
public sealed class ClusterMachine
{
    /// <summary>How often it wants to be told the time.</summary>
    public const int TickMillis = 100;

    private readonly ClusterDecisions _do;
    private readonly Heartbeat _heartbeat;
    private readonly PacketIntake _intake;

    /// <summary>A node that has never been in a cluster.</summary>
    public ClusterMachine(ClusterSettings settings, Random random, long nowMillis)
        : this(new ClusterState(settings, random,
            new ClusterNode(NodeId.Next(random), NodeFlags.Myself | NodeFlags.Primary, nowMillis)), nowMillis) =>
        State.Changed(andSync: true);

    private ClusterMachine(ClusterState state, long nowMillis)
    {
        State = state;
        State.NowMillis = nowMillis;
        _do = new ClusterDecisions(state);
        _heartbeat = new Heartbeat(state, _do);
        _intake = new PacketIntake(state, _do);
        Admin = new ClusterAdmin(state, _do);
        Handover = new SlotHandover(state, _do.Sender);
        if (state.Myself.ShardId.IsNone) state.Myself.ShardId = state.DrawId();
        Configure(state.Settings);
    }

    /// <summary>What is known; nothing outside changes it.</summary>
    public ClusterState State { get; }

    /// <summary>What an administrator may wish; to be followed by <see cref="Settle"/>.</summary>
    public ClusterAdmin Admin { get; }

    /// <summary>Slots that come and go as a whole; to be followed by <see cref="Settle"/>.</summary>
    public SlotHandover Handover { get; }

    /// <summary>The connections between nodes.</summary>
    public IReadOnlyDictionary<int, ClusterLink> Links => _do.Links.All;

    /// <summary>A node that goes on with what it wrote down. Null where that is not sound, with the reason.</summary>
    public static ClusterMachine? Restore(
        ClusterSettings settings, Random random, long nowMillis, string nodesFile, out string fault)
    {
        ClusterState? state = NodesFileReader.Read(nodesFile, settings, random, nowMillis, out fault);
        return state is null ? null : new ClusterMachine(state, nowMillis);
    }

    /// <summary>Directives have changed.</summary>
    public void Configure(ClusterSettings settings)
    {
        ClusterNode myself = State.Myself;
        State.Settings = settings;
        NodeAddress address = settings.Announced;
        if (address.Ip.Length == 0) address = address with { Ip = myself.Address.Ip };
        NodeFlags noFailover = settings.ReplicaNoFailover ? NodeFlags.NoFailover : NodeFlags.None;
        bool isOther = myself.Address != address || myself.Hostname != settings.Hostname
            || myself.Ports != settings.Ports;
        myself.Address = address;
        myself.Hostname = settings.Hostname;
        myself.Ports = settings.Ports;
        myself.Clear(NodeFlags.NoFailover);
        myself.Set(noFailover);
        State.IsHealthInDoubt = true;
        if (isOther) State.Changed();
    }

    /// <summary>Data: where replication stands. Before every other input.</summary>
    public void Observe(long nowMillis, ReplicationFacts facts)
    {
        State.NowMillis = nowMillis;
        State.Facts = facts;
    }

    /// <summary>Time has passed.</summary>
    public void Tick()
    {
        _heartbeat.Beat();
        Settle();
    }

    /// <summary>A connection that was asked for is there.</summary>
    public void LinkOpened(int id, string localIp)
    {
        if (_do.Links.Find(id) is not { Node: { } node } link) return;
        link.IsOpen = true;
        link.LocalIp = localIp;
        // A ping that waits from before the reconnection keeps its time: silence is counted from there.
        long waiting = node.PingSentMillis;
        _do.Sender.Gossip(link, node.Has(NodeFlags.Meet) ? BusMessageType.Meet : BusMessageType.Ping);
        if (waiting != 0) node.PingSentMillis = waiting;
        node.Clear(NodeFlags.Meet);
        Settle();
    }

    /// <summary>A connection came in. Gives its number.</summary>
    public int LinkAccepted(string peerIp, string localIp) => _do.Links.Accept(peerIp, localIp).Id;

    /// <summary>A connection is gone, or was never made.</summary>
    public void LinkClosed(int id)
    {
        if (_do.Links.Find(id) is { IsInbound: false, IsOpen: false, Node: { PingSentMillis: 0 } node })
        {
            // No ping went out, so none would be missed: refused connections count as silence from here on.
            node.PingSentMillis = State.NowMillis;
        }
        _do.Links.Forget(id);
    }

    /// <summary>A packet came in. What is wrong with it, where something is.</summary>
    public BusFault Receive(int id, ReadOnlySpan<byte> bytes)
    {
        if (_do.Links.Find(id) is not { } link) return BusFault.None;
        BusFault fault = BusReader.Read(bytes, out BusPacket packet);
        if (fault != BusFault.None)
        {
            State.RefusedPackets++;
            return fault;
        }
        _intake.Take(link, packet);
        Settle();
        return BusFault.None;
    }

    /// <summary>Sends a message to the other nodes; a sharded one to those with the same slots.</summary>
    public void Publish(bool isSharded, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message) =>
        _do.Sender.Publish(isSharded, channel, message);

    /// <summary>Draws the conclusions of what has just changed.</summary>
    public void Settle()
    {
        if (State.IsFailoverDue)
        {
            State.IsFailoverDue = false;
            _do.Manual.Advance();
            if (State.Myself.IsReplica) _do.Election.Advance();
        }
        if (State.IsHealthInDoubt) _do.Health.Judge();
    }
}
