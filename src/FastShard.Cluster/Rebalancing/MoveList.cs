namespace FastShard.Cluster.Rebalancing;

/// <summary>Slots that go, joined to moves that are not too large.</summary>
internal sealed class MoveList(PlanRequest request)
{
    private readonly List<(NodeId From, NodeId To, int Slot)> _slots = [];

    /// <summary>One slot.</summary>
    public void Add(NodeId from, NodeId to, int slot) => _slots.Add((from, to, slot));

    /// <summary>The moves: those between the same two nodes follow each other, slots rise.</summary>
    public List<PlannedMove> All
    {
        get
        {
            _slots.Sort((one, other) =>
            {
                int order = one.From.CompareTo(other.From);
                if (order == 0) order = one.To.CompareTo(other.To);
                return order != 0 ? order : one.Slot.CompareTo(other.Slot);
            });
            List<PlannedMove> moves = [];
            for (int at = 0; at < _slots.Count;) moves.Add(Take(ref at, moves.Count + 1));
            return moves;
        }
    }

    private PlannedMove Take(ref int at, int number)
    {
        (NodeId from, NodeId to, int slot) = _slots[at++];
        SlotMeasure cost = request.Measures[slot];
        List<SlotRange> ranges = [new(slot, slot)];
        for (; at < _slots.Count && _slots[at].From == from && _slots[at].To == to; at++)
        {
            slot = _slots[at].Slot;
            SlotMeasure grown = cost + request.Measures[slot];
            if (grown.Bytes > request.MoveBytesMax) break;
            cost = grown;
            SlotRange last = ranges[^1];
            if (last.Last + 1 == slot) ranges[^1] = last with { Last = slot };
            else ranges.Add(new SlotRange(slot, slot));
        }
        return new PlannedMove(number, from, to, ranges, cost, Planner.MoveMillis(request, cost.Bytes));
    }
}
