using FastShard.Cluster.State;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Commands;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.Clustering;

/// <summary>
/// CLUSTER SLOT-STATS. Keys and bytes are always known; time and traffic are counted only with
/// cluster-slot-stats-enabled, and left out without it.
/// </summary>
internal static class ClusterSlotStats
{
    private static readonly (SlotMetric Metric, string Name)[] Metrics =
    [
        (SlotMetric.KeyCount, "key-count"),
        (SlotMetric.CpuMicros, "cpu-usec"),
        (SlotMetric.MemoryBytes, "memory-bytes"),
        (SlotMetric.NetworkBytesIn, "network-bytes-in"),
        (SlotMetric.NetworkBytesOut, "network-bytes-out"),
    ];

    public static void Reply(ref CommandContext context)
    {
        if (ClusterQueries.Host(ref context) is not { } host) return;
        if (context.ArgIs(2, "SLOTSRANGE"u8) && context.ArgCount == 5) ReplyRange(ref context, host);
        else if (context.ArgIs(2, "ORDERBY"u8)) ReplyOrdered(ref context, host);
        else
        {
            string name = context.Text(1);
            context.Reply.Error(
                $"ERR unknown subcommand or wrong number of arguments for '{name}'. Try CLUSTER HELP.");
        }
    }

    private static void ReplyRange(ref CommandContext context, ClusterHost host)
    {
        if (!SlotArguments.TryOne(ref context, 3, out int first) || !SlotArguments.TryOne(ref context, 4, out int last))
            return;
        if (first > last)
        {
            context.Reply.Error($"ERR Start slot number {first} is greater than end slot number {last}");
            return;
        }
        List<SlotStat> stats = Collect(ref context, host, first, last);
        Write(ref context, stats, stats.Count);
    }

    private static void ReplyOrdered(ref CommandContext context, ClusterHost host)
    {
        bool isCounted = context.Server().Options.ClusterSlotStatsEnabled;
        SlotMetric? metric = null;
        foreach ((SlotMetric candidate, string name) in Metrics)
        {
            bool isMeant = name.Equals(context.Text(3), StringComparison.OrdinalIgnoreCase);
            if (isMeant && (isCounted || IsAlwaysKnown(candidate))) metric = candidate;
        }
        if (metric is not { } order)
        {
            context.Reply.Error("ERR Unrecognized sort metric for ORDERBY."u8);
            return;
        }
        if (!TryOrder(ref context, out int limit, out bool isAscending)) return;
        List<SlotStat> stats = Collect(ref context, host, 0, SlotSet.Slots - 1);
        stats.Sort((one, other) =>
        {
            int byMetric = one[order].CompareTo(other[order]);
            if (byMetric == 0) return one.Slot.CompareTo(other.Slot);
            return isAscending ? byMetric : -byMetric;
        });
        Write(ref context, stats, Math.Min(limit, stats.Count));
    }

    private static bool TryOrder(ref CommandContext context, out int limit, out bool isAscending)
    {
        limit = SlotSet.Slots;
        isAscending = false;
        bool hasLimit = false;
        bool hasOrder = false;
        for (int index = 4; index < context.ArgCount; index++)
        {
            bool isOrder = context.ArgIs(index, "ASC"u8) || context.ArgIs(index, "DESC"u8);
            bool isLimit = context.ArgIs(index, "LIMIT"u8) && index + 1 < context.ArgCount;
            if (!(isOrder && !hasOrder) && !(isLimit && !hasLimit))
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
            hasOrder |= isOrder;
            hasLimit |= isLimit;
            if (isOrder) isAscending = context.ArgIs(index, "ASC"u8);
            if (!isLimit) continue;
            if (!Numbers.TryParseInt64(context.Arg(++index), out long wanted) || wanted is < 1 or > SlotSet.Slots)
            {
                context.Reply.Error(
                    "ERR Limit has to lie in between 1 and 16384 (maximum number of slots)."u8);
                return false;
            }
            limit = (int)wanted;
        }
        return true;
    }

    private static List<SlotStat> Collect(ref CommandContext context, ClusterHost host, int first, int last)
    {
        List<SlotStat> stats = [];
        ClusterNode myself = host.Enter().State.Myself;
        ClusterNode primary = myself.Primary ?? myself;
        FastShardServer server = context.Server();
        for (int slot = first; slot <= last; slot++)
        {
            if (primary.Slots.Has(slot)) stats.Add(new SlotStat(slot, 0, 0, default));
        }
        host.Leave();
        for (int index = 0; index < stats.Count; index++) stats[index] = StatOf(server, stats[index].Slot);
        return stats;
    }

    private static SlotStat StatOf(FastShardServer server, int slot)
    {
        SlotCounts counts = default;
        foreach (Shard shard in server.Shards)
        {
            if (shard.Statistics.Slots is { } slots) counts.Add(slots[slot]);
        }
        Keyspace home = server.Dataset[server.Dataset.ShardOf(slot)];
        long keys = 0;
        long bytes = 0;
        for (int database = 0; database < server.Dataset.DatabaseCount; database++)
        {
            if (home.Existing(database) is not { } tables) continue;
            keys += tables.Table.SlotKeyCount(slot);
            bytes += tables.Table.SlotBytes(slot);
        }
        return new SlotStat(slot, keys, bytes, counts);
    }

    private static void Write(ref CommandContext context, List<SlotStat> stats, int count)
    {
        bool isCounted = context.Server().Options.ClusterSlotStatsEnabled;
        ReplyWriter reply = context.Reply;
        reply.Array(count);
        for (int index = 0; index < count; index++)
        {
            reply.Array(2);
            reply.Integer(stats[index].Slot);
            reply.Map(isCounted ? Metrics.Length : 2);
            foreach ((SlotMetric metric, string name) in Metrics)
            {
                if (isCounted || IsAlwaysKnown(metric)) reply.Field(name, stats[index][metric]);
            }
        }
    }

    private static bool IsAlwaysKnown(SlotMetric metric) => metric is SlotMetric.KeyCount or SlotMetric.MemoryBytes;
}
