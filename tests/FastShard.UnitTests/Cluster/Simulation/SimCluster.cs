using FastShard.Cluster;
using FastShard.Cluster.State;

namespace FastShard.UnitTests.Cluster.Simulation;

/// <summary>Nodes, a network and a clock that jumps from event to event; one seed, one run.</summary>
internal sealed class SimCluster
{
    private const long StartMillis = 1_700_000_000_000;

    private readonly PriorityQueue<Action, (long Time, long Order)> _events = new();
    private long _order;

    public SimCluster(int seed, ClusterSettings? settings = null)
    {
        Random = new Random(seed);
        Settings = settings ?? new ClusterSettings { NodeTimeoutMillis = 2000 };
        Network = new SimNetwork(this);
    }

    public Random Random { get; }

    public ClusterSettings Settings { get; }

    public long NowMillis { get; private set; } = StartMillis;

    public List<SimNode> Nodes { get; } = [];

    public SimNetwork Network { get; }

    public SimObserver Observer { get; } = new();

    public Random NextRandom() => new(Random.Next());

    /// <summary>A cluster of so many primaries, which share the slots, and of replicas, dealt in turn.</summary>
    public static SimCluster Create(int seed, int primaries, int replicas, ClusterSettings? settings = null)
    {
        var cluster = new SimCluster(seed, settings);
        for (int number = 1; number <= primaries + replicas; number++) cluster.AddNode();
        SimNode first = cluster.Nodes[0];
        for (int index = 0; index < primaries; index++)
        {
            int from = SlotSet.Slots * index / primaries;
            int to = SlotSet.Slots * (index + 1) / primaries;
            cluster.Observer.Probes.Add(from);
            int epoch = index + 1;
            cluster.Nodes[index].Act(machine =>
            {
                Demand(machine.Admin.SetConfigEpoch(epoch));
                Demand(machine.Admin.AddSlots(Range(from, to)));
            });
        }
        foreach (SimNode node in cluster.Nodes.Skip(1)) first.Act(machine => machine.Admin.Meet(node.Address));
        cluster.RunUntil("all know all", () => cluster.Nodes.TrueForAll(node =>
            node.State.Nodes.Count == cluster.Nodes.Count && node.State.Nodes.All.All(known => !known.IsInHandshake)));
        for (int index = 0; index < replicas; index++)
        {
            string primary = cluster.Nodes[index % primaries].State.Myself.Id.ToString();
            cluster.Nodes[primaries + index].Act(machine => Demand(machine.Admin.Replicate(primary, hasKeys: false)));
        }
        cluster.RunUntilConverged();
        return cluster;
    }

    public static SlotSet Range(int from, int to)
    {
        var slots = new SlotSet();
        for (int slot = from; slot < to; slot++) slots.Add(slot);
        return slots;
    }

    public static void Demand(string? error)
    {
        if (error is not null) throw new InvalidOperationException(error);
    }

    public SimNode AddNode()
    {
        var node = new SimNode(this, Nodes.Count + 1);
        Nodes.Add(node);
        node.Act(static _ => { });
        // Nodes do not beat in step.
        At(NowMillis + Random.Next(ClusterMachine.TickMillis), () => Beat(node));
        return node;
    }

    public void At(long millis, Action action) => _events.Enqueue(action, (millis, _order++));

    public void After(int millis, Action action) => At(NowMillis + millis, action);

    public void Run(long millis)
    {
        long end = NowMillis + millis;
        while (_events.TryPeek(out _, out (long Time, long Order) next) && next.Time <= end) Step();
        NowMillis = end;
    }

    public void RunUntil(string what, Func<bool> condition, long millisMax = 60_000)
    {
        long end = NowMillis + millisMax;
        while (!condition())
        {
            if (NowMillis > end) throw new InvalidOperationException($"never: {what}\n{Describe()}");
            Run(ClusterMachine.TickMillis);
        }
    }

    /// <summary>All nodes are up and see the same: all slots owned, nobody down, the same primary for each.</summary>
    public void RunUntilConverged(long millisMax = 60_000) => RunUntil("one view", IsConverged, millisMax);

    public bool IsConverged()
    {
        SimNode first = Nodes[0];
        foreach (SimNode node in Nodes)
        {
            ClusterState state = node.State;
            if (!node.IsUp || !state.IsOk || state.Slots.AssignedCount != SlotSet.Slots) return false;
            if (state.Nodes.Count != Nodes.Count || state.CurrentEpoch != first.State.CurrentEpoch) return false;
            foreach (ClusterNode known in state.Nodes.All)
            {
                if (known.Has(NodeFlags.Failed | NodeFlags.MayHaveFailed | NodeFlags.Handshake)) return false;
                if (Nodes.Find(other => other.State.Myself.Id == known.Id) is not { } itself) return false;
                ClusterNode own = itself.State.Myself;
                if (known.IsPrimary != own.IsPrimary || known.Primary?.Id != own.Primary?.Id) return false;
                if (known.ConfigEpoch != own.ConfigEpoch && own.IsPrimary) return false;
                if (!known.Slots.Bits.SequenceEqual(own.Slots.Bits) || known.Address.Ip != itself.Ip) return false;
                if (own.IsReplica && own.Primary is not { IsPrimary: true }) return false;
            }
            bool isFollowing = node.Following is { } address
                && address.Ip == Network.At(address.Ip)?.Ip && node.State.Myself.Primary?.Address.Ip == address.Ip;
            if (state.Myself.IsReplica && !isFollowing) return false;
        }
        return true;
    }

    public string Describe() => string.Join("\n", Nodes.Select(node =>
        $"{node} up={node.IsUp} side={node.Side} ok={node.State.IsOk} epoch={node.State.CurrentEpoch} "
        + $"offset={node.Offset} following={node.Following}\n"
        + FastShard.Cluster.Text.NodesText.Describe(node.State)));

    private void Beat(SimNode node)
    {
        node.Tick();
        After(ClusterMachine.TickMillis, () => Beat(node));
    }

    private void Step()
    {
        _events.TryDequeue(out Action? action, out (long Time, long Order) at);
        NowMillis = Math.Max(NowMillis, at.Time);
        action!();
    }
}
