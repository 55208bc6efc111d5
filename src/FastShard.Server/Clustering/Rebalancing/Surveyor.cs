using System.Globalization;
using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;
using FastShard.Cluster.State;
using FastShard.Native.Clocks;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>Asks all primaries what their slots hold. On the rebalancer's thread, which may wait.</summary>
internal sealed class Surveyor(NodeLines lines)
{
    private readonly long[] _loadSeen = new long[SlotSet.Slots];

    /// <summary>One survey.</summary>
    public Survey Make(ClusterView view, long version)
    {
        var measures = new SlotMeasure[SlotSet.Slots];
        List<string> silent = [];
        foreach (ViewNode node in view.Nodes)
        {
            if (node.IsSound && !TryMeasure(node, measures)) silent.Add(node.Id.ToString());
        }
        return new Survey(view, version, measures, CountAgreeing(view), silent, SystemClock.WallMillis());
    }

    /// <summary>Primaries that see the same nodes in the same roles and states, with the same slots.</summary>
    public int CountAgreeing(ClusterView view)
    {
        int agreeing = 0;
        foreach (ViewNode node in view.Nodes)
        {
            if (!node.IsSound) continue;
            if (node.Id == view.Myself) agreeing++;
            else if (lines.Ask(node, "CLUSTER", "NODES") is { IsError: false } reply
                && ClusterView.Parse(reply.Text) is { } theirs && theirs.Fingerprint == view.Fingerprint) agreeing++;
        }
        return agreeing;
    }

    private bool TryMeasure(ViewNode node, SlotMeasure[] measures)
    {
        NodeReply? reply = lines.Ask(node, "CLUSTER", "SLOT-STATS", "SLOTSRANGE", "0", "16383");
        if (reply is null) return false;
        if (reply.IsError) return TryCount(node, measures);
        foreach (NodeReply line in reply.Elements)
        {
            if (line.Elements.Count != 2 || line.Elements[0].Integer is < 0 or >= SlotSet.Slots) continue;
            int slot = (int)line.Elements[0].Integer;
            NodeReply stats = line.Elements[1];
            long keys = stats.Field("key-count")?.Integer ?? 0;
            long load = stats.Field("cpu-usec")?.Integer ?? 0;
            measures[slot] = new SlotMeasure(keys, stats.Field("memory-bytes")?.Integer ?? 0, SinceLast(slot, load));
        }
        return true;
    }

    // What came since the last survey; all there is where there was none, or where it counts from the beginning again.
    private long SinceLast(int slot, long load)
    {
        long seen = _loadSeen[slot];
        _loadSeen[slot] = load;
        return load > seen ? load - seen : load;
    }

    // A redis-server before version 8 knows its slots' keys only: each key is taken to be as large as the average.
    private bool TryCount(ViewNode node, SlotMeasure[] measures)
    {
        if (lines.Ask(node, "INFO", "memory") is not { IsError: false } memory) return false;
        if (lines.Connect(node, out _) is not { } client) return false;
        List<int> slots = [];
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!node.Slots.Has(slot)) continue;
            slots.Add(slot);
            client.Send("CLUSTER", "COUNTKEYSINSLOT", slot.ToString(CultureInfo.InvariantCulture));
        }
        long total = 0;
        foreach (int slot in slots)
        {
            if (lines.Kept(node, client, client.Read()) is not { IsError: false } count) return false;
            measures[slot] = new SlotMeasure(count.Integer, 0, 0);
            total += count.Integer;
        }
        long bytes = InfoFields.Number(memory.Text, "used_memory_dataset");
        foreach (int slot in slots)
        {
            if (total > 0) measures[slot] = measures[slot] with { Bytes = bytes * measures[slot].Keys / total };
        }
        return true;
    }
}
