using FastShard.Cluster.State;

namespace FastShard.Cluster.Rebalancing;

/// <summary>
/// What a slot counts in a balance: one number from slots, keys, bytes and load, so that all slots together are 1. A
/// kind of which there is nothing does not count. An empty slot always counts a little: it may be full tomorrow.
/// </summary>
internal sealed class SlotCosts
{
    private const double SlotFloor = 0.001;

    private readonly double[] _costs = new double[SlotSet.Slots];

    public SlotCosts(PlanRequest request)
    {
        SlotMeasure total = default;
        int slots = 0;
        foreach (PlanNode node in request.Nodes)
        {
            slots += node.Slots.Count;
            total += Sum(node.Slots, request.Measures);
        }
        BalanceBy by = request.By;
        double slotPart = by is BalanceBy.All or BalanceBy.Slots ? 1 : SlotFloor;
        double keyPart = by is BalanceBy.All or BalanceBy.Keys && total.Keys > 0 ? 1 : 0;
        double bytePart = by is BalanceBy.All or BalanceBy.Bytes && total.Bytes > 0 ? 1 : 0;
        double loadPart = by is BalanceBy.All or BalanceBy.Load && total.Load > 0 ? 1 : 0;
        double parts = slotPart + keyPart + bytePart + loadPart;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            SlotMeasure measure = request.Measures[slot];
            _costs[slot] = (Part(slotPart, 1, slots) + Part(keyPart, measure.Keys, total.Keys)
                + Part(bytePart, measure.Bytes, total.Bytes) + Part(loadPart, measure.Load, total.Load)) / parts;
        }
    }

    public double this[int slot] => _costs[slot];

    /// <summary>All slots of a set.</summary>
    public double Of(SlotSet slots)
    {
        double cost = 0;
        for (int from = 0; slots.TryNextRange(from, out int first, out int last); from = last + 1)
        {
            for (int slot = first; slot <= last; slot++) cost += _costs[slot];
        }
        return cost;
    }

    /// <summary>What all slots of a set hold.</summary>
    public static SlotMeasure Sum(SlotSet slots, SlotMeasure[] measures)
    {
        SlotMeasure sum = default;
        for (int from = 0; slots.TryNextRange(from, out int first, out int last); from = last + 1)
        {
            for (int slot = first; slot <= last; slot++) sum += measures[slot];
        }
        return sum;
    }

    private static double Part(double weight, long part, long whole) => whole == 0 ? 0 : weight * part / whole;
}
