using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;

namespace FastShard.UnitTests.Cluster.Rebalancing;

/// <summary>
/// A cluster that a rebalancer works on: primaries with slots, moves that take their time or fail, nodes that die and
/// are replaced. It checks each order against what it must never be.
/// </summary>
internal sealed class SimWorld(int seed, int primaries) : IMoveExecutor
{
    private readonly Random _random = new(seed);
    private readonly List<SimPrimary> _nodes = MakeNodes(primaries);
    private readonly List<SimMove> _running = [];

    public long NowMillis { get; private set; } = 1_000_000;

    public IReadOnlyList<SimPrimary> Nodes => _nodes;

    public RebalanceSettings Settings { get; set; } = new();

    /// <summary>Clients suffer now.</summary>
    public bool IsSlow { get; set; }

    /// <summary>Since when they do not.</summary>
    public long CalmSinceMillis { get; set; }

    public long FailedMillis { get; set; }

    /// <summary>Out of a hundred calls so many are answered by nobody, and so many fail.</summary>
    public int SilencePercent { get; set; }

    public int FaultPercent { get; set; }

    public int Begun { get; private set; }

    public bool HasRunning => _running.Count > 0;

    public HealthReport Health => new(IsSlow ? 1_000_000 : 100, 0, 0, _nodes.Count);

    public ClusterView View()
    {
        List<ViewNode> nodes = [];
        foreach (SimPrimary node in _nodes)
        {
            var slots = new SlotSet();
            for (int slot = 0; slot < SlotSet.Slots; slot++)
            {
                if (node.Slots.Has(slot)) slots.Add(slot);
            }
            var address = new NodeAddress("10.0.0.1", 7000, 0, 17000);
            nodes.Add(new ViewNode(node.Id, address, node.Primary, node.HasFailed, node.IsInDoubt, slots));
        }
        return new ClusterView(_nodes[0].Id, nodes);
    }

    public RebalancePlan Plan(Func<SimPrimary, double> weight)
    {
        List<PlanNode> nodes = [];
        foreach (ViewNode node in View().Nodes)
        {
            if (!node.IsSound) continue;
            nodes.Add(new PlanNode(node.Id, weight(Find(node.Id)), node.Slots));
        }
        var measures = new SlotMeasure[SlotSet.Slots];
        Array.Fill(measures, new SlotMeasure(10, 1000, 1));
        var request = new PlanRequest { Nodes = nodes, Measures = measures, MoveBytesMax = 500_000 };
        return Planner.Make(request)! with { World = View().Fingerprint, Id = $"plan-{NowMillis}" };
    }

    /// <summary>A second passes: moves end, and the rebalancer sees what there is to see.</summary>
    public void Step(Rebalancer rebalancer)
    {
        NowMillis += 1000;
        foreach (SimMove move in _running.ToArray())
        {
            if (move.EndsMillis <= NowMillis) Finish(move);
        }
        rebalancer.Observe(NowMillis, View(), Health);
        foreach (RebalanceOrder order in rebalancer.TakeOrders())
        {
            if (order.Move is not { } move) continue;
            MoveReport report = order.Kind switch
            {
                OrderKind.Start => Start(move, order.BytesPerSecond),
                OrderKind.Cancel => Cancel(move),
                _ => StateOf(move),
            };
            rebalancer.Report(move, report, NowMillis);
        }
    }

    public MoveReport Start(PlannedMove move, long bytesPerSecond)
    {
        SimPrimary from = Find(move.From);
        SimPrimary to = Find(move.To);
        Require(from.IsSound && to.IsSound, "a move of a node that fails or follows");
        Require(!IsSlow, "a move begins while clients suffer");
        Require(NowMillis - CalmSinceMillis >= Settings.CalmMillis || CalmSinceMillis == 0, "a move begins too soon");
        bool isWaiting = FailedMillis != 0 && NowMillis - FailedMillis < Settings.FailureWaitMillis;
        Require(!isWaiting, "a move begins though a node has failed");
        Require(_running.Count < Settings.ParallelMoves, "too many moves");
        bool isBusy = _running.Exists(other => other.Touches(move.From) || other.Touches(move.To));
        Require(!isBusy, "two moves of a node");
        Require(bytesPerSecond * Settings.ParallelMoves <= Settings.BytesPerSecond, "too much bandwidth");
        foreach (int slot in SlotsOf(move)) Require(from.Slots.Has(slot), $"slot {slot} is not its");
        if (_random.Next(100) < FaultPercent) return new MoveReport(MoveState.Failed, "the target refuses");
        _running.Add(new SimMove(move, NowMillis + _random.Next(500, 8000)));
        Begun++;
        return Hide(new MoveReport(MoveState.Running));
    }

    public MoveReport StateOf(PlannedMove move)
    {
        if (_running.Exists(other => other.Move == move)) return Hide(new MoveReport(MoveState.Running));
        if (Find(move.To).Slots.Has(move.Ranges[0].First)) return Hide(new MoveReport(MoveState.Done));
        return Hide(new MoveReport(MoveState.Failed, "no such migration"));
    }

    public MoveReport Cancel(PlannedMove move)
    {
        int removed = _running.RemoveAll(other => other.Move == move);
        return Hide(new MoveReport(removed > 0 ? MoveState.Cancelled : MoveState.Failed));
    }

    /// <summary>A primary dies; what it was moving stays where it is.</summary>
    public void Kill(SimPrimary node)
    {
        node.HasFailed = true;
        FailedMillis = NowMillis;
        _running.RemoveAll(move => move.Touches(node.Id));
    }

    /// <summary>A replica takes its place.</summary>
    public void Replace(SimPrimary node)
    {
        var heir = new SimPrimary(PlanCases.Name(_nodes.Count + 100)) { Primary = node.Id };
        _nodes.Add(heir);
        heir.Primary = NodeId.None;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (node.Slots.Remove(slot)) heir.Slots.Add(slot);
        }
        FailedMillis = NowMillis;
    }

    /// <summary>Every slot has one owner.</summary>
    public void CheckSlots()
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
            Require(_nodes.Count(node => node.Slots.Has(slot)) == 1, $"slot {slot} has not one owner");
    }

    private static List<SimPrimary> MakeNodes(int count)
    {
        List<SimPrimary> nodes = [];
        for (int node = 0; node < count; node++) nodes.Add(new SimPrimary(PlanCases.Name(node)));
        for (int slot = 0; slot < SlotSet.Slots; slot++) nodes[slot % Math.Max(1, count - 1)].Slots.Add(slot);
        return nodes;
    }

    private static void Require(bool isTrue, string what)
    {
        if (!isTrue) throw new InvalidOperationException(what);
    }

    private void Finish(SimMove move)
    {
        _running.Remove(move);
        foreach (int slot in SlotsOf(move.Move))
        {
            if (Find(move.Move.From).Slots.Remove(slot)) Find(move.Move.To).Slots.Add(slot);
        }
    }

    private static IEnumerable<int> SlotsOf(PlannedMove move) =>
        move.Ranges.SelectMany(range => Enumerable.Range(range.First, range.Count));

    private SimPrimary Find(NodeId id) => _nodes.Find(node => node.Id == id)!;

    private MoveReport Hide(MoveReport report) =>
        _random.Next(100) < SilencePercent ? new MoveReport(MoveState.Unknown) : report;
}
