using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FastShard.UnitTests.Cluster.Rebalancing;

/// <summary>Plans move what has to be moved, and nothing else.</summary>
public sealed class PlannerTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(99)]
    public void A_node_that_comes_gets_its_part_and_nothing_else_moves(int before)
    {
        int each = SlotSet.Slots / before;
        (double, int)[] nodes = [.. Enumerable.Repeat((1.0, each), before), (1.0, 0)];
        var request = new PlanRequest { Nodes = PlanCases.InRuns(nodes) };
        RebalancePlan plan = Planner.Make(request)!;
        Assert.All(plan.Moves, move => Assert.Equal(PlanCases.Name(before), move.To));
        int part = before * each / (before + 1);
        Assert.InRange(plan.Slots, part - before, part + before);
        Assert.True(plan.Moves.Count <= before, $"{plan.Moves.Count} moves from {before} nodes");
    }

    [Fact]
    public void A_node_that_is_emptied_gives_its_own_and_nobody_else_gives_anything()
    {
        var request = new PlanRequest { Nodes = PlanCases.InRuns((1, 5400), (0, 5500), (1, 5484)) };
        RebalancePlan plan = Planner.Make(request)!;
        Assert.All(plan.Moves, move => Assert.Equal(PlanCases.Name(1), move.From));
        Assert.Equal(5500, plan.Slots);
        Assert.Equal(2, plan.Moves.Count);
        Assert.Equal(0, plan.Shares[1].SlotsAfter);
        Assert.InRange(plan.Shares[0].SlotsAfter - plan.Shares[2].SlotsAfter, -1, 1);
    }

    [Fact]
    public void Weights_are_parts()
    {
        var request = new PlanRequest { Nodes = PlanCases.InRuns((1, 8192), (3, 8192)) };
        RebalancePlan plan = Planner.Make(request)!;
        Assert.Equal(4096, plan.Shares[0].SlotsAfter);
        PlannedMove move = Assert.Single(plan.Moves);
        Assert.Equal([new SlotRange(4096, 8191)], move.Ranges);
    }

    [Fact]
    public void Nothing_moves_while_all_are_near_to_their_part()
    {
        var request = new PlanRequest { Nodes = PlanCases.InRuns((1, 8250), (1, 8134)) };
        Assert.Empty(Planner.Make(request)!.Moves);
        Assert.Equal(58, Planner.Make(request with { Threshold = 0.001 })!.Slots);
    }

    [Fact]
    public void Nobody_who_may_have_slots_is_no_plan() =>
        Assert.Null(Planner.Make(new PlanRequest { Nodes = PlanCases.InRuns((0, 16384)) }));

    [Fact]
    public void A_hot_slot_counts_for_what_it_costs()
    {
        List<PlanNode> nodes = PlanCases.InRuns((1, 8192), (1, 8192));
        var measures = new SlotMeasure[SlotSet.Slots];
        Array.Fill(measures, new SlotMeasure(1, 100, 1));
        // Half of all load is in two slots of the first node: one of them goes, and it stays at that.
        measures[10] = measures[20] = new SlotMeasure(1, 100, SlotSet.Slots / 4);
        var request = new PlanRequest { Nodes = nodes, Measures = measures, By = BalanceBy.Load };
        RebalancePlan plan = Planner.Make(request)!;
        Assert.InRange(plan.Shares[0].PartAfter, 0.49, 0.51);
        Assert.All(plan.Moves, move => Assert.Equal(PlanCases.Name(0), move.From));
    }

    [Fact]
    public void Large_moves_are_cut_and_time_is_that_of_the_bytes()
    {
        var measures = new SlotMeasure[SlotSet.Slots];
        Array.Fill(measures, new SlotMeasure(10, 1000, 0));
        var request = new PlanRequest
        {
            Nodes = PlanCases.InRuns((0, 1000), (1, 15384)),
            Measures = measures,
            MoveBytesMax = 100_000,
            BytesPerSecond = 100_000,
        };
        RebalancePlan plan = Planner.Make(request)!;
        Assert.Equal(10, plan.Moves.Count);
        Assert.All(plan.Moves, move => Assert.Equal((100, 100_000L), (move.Slots, move.Cost.Bytes)));
        Assert.Equal(10, plan.Moves[^1].Number);
        Assert.Equal(10_000 + (10 * 200), plan.Millis);
    }

    [Fact]
    public void Any_plan_moves_slots_of_their_owners_once_and_makes_nothing_worse() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
            ArbMap.Default.ArbFor<int>(), seed =>
            {
                var by = (BalanceBy)((uint)seed % 5);
                PlanRequest request = PlanCases.Draw(seed, by);
                Verify(request, Planner.Make(request)!);
            }));

    [Fact]
    public void No_more_slots_move_than_are_too_many_somewhere() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
            ArbMap.Default.ArbFor<int>(), seed =>
            {
                PlanRequest request = PlanCases.Draw(seed, BalanceBy.Slots);
                RebalancePlan plan = Planner.Make(request)!;
                int all = request.Nodes.Sum(node => node.Slots.Count);
                double tooMany = request.Nodes.Sum(
                    node => Math.Max(0, node.Slots.Count - (all * PlanCases.Target(request, node))));
                Assert.True(plan.Slots <= tooMany + request.Nodes.Count, $"{plan.Slots} of {tooMany} slots");
                if (plan.Slots == 0) return;
                foreach (NodeShare share in plan.Shares)
                {
                    double part = all * share.Weight / request.Nodes.Sum(node => node.Weight);
                    bool isOff = Math.Abs(share.SlotsAfter - part) > Math.Max(request.Nodes.Count, part * 0.021);
                    Assert.False(isOff, $"{share.SlotsAfter} slots instead of {part}");
                }
            }));

    private static void Verify(PlanRequest request, RebalancePlan plan)
    {
        var seen = new SlotSet();
        Dictionary<FastShard.Cluster.NodeId, PlanNode> nodes = request.Nodes.ToDictionary(node => node.Id);
        foreach (PlannedMove move in plan.Moves)
        {
            Assert.NotEqual(move.From, move.To);
            Assert.True(nodes[move.To].Weight > 0, "a node that is to be empty gets something");
            SlotMeasure cost = default;
            foreach (int slot in move.Ranges.SelectMany(range => Enumerable.Range(range.First, range.Count)))
            {
                Assert.True(seen.Add(slot), $"slot {slot} moves twice");
                Assert.True(nodes[move.From].Slots.Has(slot), $"slot {slot} is not its");
                cost += request.Measures[slot];
            }
            Assert.Equal(cost, move.Cost);
            Assert.True(move.Slots == 1 || cost.Bytes <= request.MoveBytesMax);
        }
        foreach (PlanNode node in request.Nodes.Where(node => node.Weight == 0))
            Assert.Equal(0, plan.Shares.Single(share => share.Id == node.Id).SlotsAfter);
        if (request.Nodes.Any(node => node.Weight == 0 && node.Slots.Count > 0)) return;
        Assert.True(Worst(plan, share => share.PartAfter) <= Worst(plan, share => share.PartBefore) + 1e-9);
    }

    private static double Worst(RebalancePlan plan, Func<NodeShare, double> part)
    {
        double whole = plan.Shares.Sum(part);
        double weights = plan.Shares.Sum(share => share.Weight);
        return plan.Shares.Max(share => part(share) - (whole * share.Weight / weights));
    }
}
