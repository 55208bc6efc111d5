// Which slots go where, so that each node has its part. As little as possible moves: a node gives only what it has
// above its part, to nodes that have less than theirs, and no slot moves twice; so a node that comes gets about its
// part of all slots, and one that is to be emptied gives its own and nobody else gives anything. Runs of slots stay
// together as far as the amounts allow it.
//
// First nodes of weight 0 are emptied. Then, if some node is farther from its part than the threshold, the others give.

using FastShard.Cluster.State;

namespace FastShard.Cluster.Rebalancing;

/// <summary>Makes plans. It knows only what it is given.</summary>
public static class Planner
{
    // Connecting, the switch of the owner, and looking whether it has happened.
    private const long MoveOverheadMillis = 200;

    private const double Dust = 1e-12;

    /// <summary>A plan; null where there is nobody who may have slots.</summary>
    public static RebalancePlan? Make(PlanRequest request)
    {
        double weights = 0;
        foreach (PlanNode node in request.Nodes) weights += Math.Max(0, node.Weight);
        if (weights <= 0) return null;
        var costs = new SlotCosts(request);
        double total = 0;
        foreach (PlanNode node in request.Nodes) total += costs.Of(node.Slots);
        List<PlanAccount> accounts = [];
        foreach (PlanNode node in request.Nodes)
        {
            double target = total * Math.Max(0, node.Weight) / weights;
            accounts.Add(new PlanAccount(node, costs.Of(node.Slots), target));
        }
        // The same nodes in another order are the same plan.
        accounts.Sort((one, other) => one.Node.Id.CompareTo(other.Node.Id));
        var moves = new MoveList(request);
        foreach (PlanAccount account in accounts)
        {
            if (account.IsDrained) Drain(account, accounts, costs, moves);
        }
        Level(accounts, request.Threshold, costs, moves);
        return Finish(request, accounts, moves.All, costs);
    }

    // Everything goes, each piece to whoever lacks most.
    private static void Drain(PlanAccount giver, List<PlanAccount> accounts, SlotCosts costs, MoveList moves)
    {
        while (giver.Own.Count > 0)
        {
            PlanAccount taker = MostLacking(accounts)!;
            Transfer(giver, taker, taker.Deficit, costs, moves, isAll: true);
        }
    }

    private static void Level(List<PlanAccount> accounts, double threshold, SlotCosts costs, MoveList moves)
    {
        bool someoneStarves = accounts.Exists(account => account.Deficit > (account.Target * threshold) + Dust);
        List<PlanAccount> givers = accounts.FindAll(account => !account.IsDrained
            && -account.Deficit > (someoneStarves ? 0 : account.Target * threshold) + Dust);
        givers.Sort((one, other) => one.Deficit.CompareTo(other.Deficit));
        foreach (PlanAccount giver in givers)
        {
            while (giver.Deficit < -Dust && MostLacking(accounts) is { } taker && taker != giver)
            {
                double amount = Math.Min(-giver.Deficit, taker.Deficit);
                if (amount <= Dust || !Transfer(giver, taker, amount, costs, moves, isAll: false)) break;
            }
        }
    }

    private static PlanAccount? MostLacking(List<PlanAccount> accounts)
    {
        PlanAccount? most = null;
        foreach (PlanAccount account in accounts)
        {
            if (!account.IsDrained && (most is null || account.Deficit > most.Deficit)) most = account;
        }
        return most;
    }

    // From the highest slot down, as long as the amount comes nearer with each. A slot that is far too large for what
    // is left is passed by, unless everything has to go. False where nothing fits.
    private static bool Transfer(
        PlanAccount giver, PlanAccount taker, double amount, SlotCosts costs, MoveList moves, bool isAll)
    {
        double left = amount;
        List<int> kept = [];
        bool hasMoved = false;
        int at = giver.Own.Count - 1;
        for (; at >= 0 && (left > Dust || (isAll && !hasMoved)); at--)
        {
            int slot = giver.Own[at];
            double cost = costs[slot];
            bool isTooLarge = cost / 2 > left + Dust;
            if (isTooLarge && !(isAll && !hasMoved))
            {
                if (isAll) break;
                kept.Add(slot);
                continue;
            }
            moves.Add(giver.Node.Id, taker.Node.Id, slot);
            left -= cost;
            giver.Cost -= cost;
            taker.Cost += cost;
            giver.Slots--;
            taker.Slots++;
            hasMoved = true;
        }
        giver.Own.RemoveRange(at + 1, giver.Own.Count - at - 1);
        kept.Reverse();
        giver.Own.AddRange(kept);
        return hasMoved;
    }

    private static RebalancePlan Finish(
        PlanRequest request, List<PlanAccount> accounts, List<PlannedMove> moves, SlotCosts costs)
    {
        List<NodeShare> shares = [];
        foreach (PlanAccount account in accounts)
        {
            PlanNode node = account.Node;
            SlotMeasure before = SlotCosts.Sum(node.Slots, request.Measures);
            SlotMeasure after = before;
            foreach (PlannedMove move in moves)
            {
                if (move.To == node.Id) after += move.Cost;
                if (move.From == node.Id) after -= move.Cost;
            }
            shares.Add(new NodeShare(node.Id, node.Weight, node.Slots.Count, account.Slots, before, after,
                costs.Of(node.Slots), account.Cost));
        }
        long bytes = 0;
        foreach (PlannedMove move in moves) bytes += move.Cost.Bytes;
        long millis = MillisOf(bytes, request.BytesPerSecond)
            + (moves.Count * MoveOverheadMillis / Math.Max(1, request.ParallelMoves));
        return new RebalancePlan(moves, shares, millis);
    }

    /// <summary>How long a move takes by itself.</summary>
    internal static long MoveMillis(PlanRequest request, long bytes) =>
        MillisOf(bytes, request.BytesPerSecond / Math.Max(1, request.ParallelMoves)) + MoveOverheadMillis;

    private static long MillisOf(long bytes, long bytesPerSecond) =>
        bytesPerSecond <= 0 ? 0 : (long)Math.Ceiling(bytes * 1000.0 / bytesPerSecond);
}
