using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;

namespace FastShard.UnitTests.Cluster.Rebalancing;

/// <summary>Nodes and slots to plan with.</summary>
internal static class PlanCases
{
    public static NodeId Name(int node) => new(0x1000ul + (ulong)node, 7, 9);

    /// <summary>So many slots each, one run behind the other.</summary>
    public static List<PlanNode> InRuns(params (double Weight, int Slots)[] nodes)
    {
        List<PlanNode> made = [];
        int at = 0;
        foreach ((double weight, int slots) in nodes)
        {
            var owned = new SlotSet();
            for (int slot = 0; slot < slots; slot++) owned.Add(at++);
            made.Add(new PlanNode(Name(made.Count), weight, owned));
        }
        return made;
    }

    /// <summary>Nodes with runs here and there, weights from 0 to 4, and slots of which some are hot.</summary>
    public static PlanRequest Draw(int seed, BalanceBy by)
    {
        var random = new Random(seed);
        int count = random.Next(1, 12);
        List<PlanNode> nodes = [];
        for (int node = 0; node < count; node++)
            nodes.Add(new PlanNode(Name(node), node == 0 ? 1 : random.Next(0, 5), new SlotSet()));
        for (int slot = 0; slot < SlotSet.Slots;)
        {
            int run = random.Next(1, 2000);
            PlanNode owner = nodes[random.Next(count)];
            bool isHole = random.Next(20) == 0;
            for (; run > 0 && slot < SlotSet.Slots; run--, slot++)
            {
                if (!isHole) owner.Slots.Add(slot);
            }
        }
        var measures = new SlotMeasure[SlotSet.Slots];
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            bool isHot = random.Next(500) == 0;
            measures[slot] = new SlotMeasure(
                random.Next(100), random.Next(10_000), isHot ? random.Next(1_000_000) : random.Next(1000));
        }
        return new PlanRequest
        {
            Nodes = nodes,
            Measures = measures,
            By = by,
            MoveBytesMax = random.Next(3) == 0 ? random.Next(1, 1_000_000) : long.MaxValue,
        };
    }

    /// <summary>The part of the whole that a node should have.</summary>
    public static double Target(PlanRequest request, PlanNode node) =>
        node.Weight / request.Nodes.Sum(one => one.Weight);
}
