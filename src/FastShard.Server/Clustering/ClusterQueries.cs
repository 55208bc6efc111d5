using System.Text;
using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Cluster.Text;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Commands;

namespace FastShard.Server.Clustering;

/// <summary>What is asked about a cluster, and how a client wants to use it.</summary>
internal static class ClusterQueries
{
    private const int ScanEntries = 64;

    /// <summary>This node; null where it is none, which is replied then.</summary>
    public static ClusterHost? Host(ref CommandContext context)
    {
        if (context.Server().Cluster is { } host) return host;
        context.Reply.Error("ERR This instance has cluster support disabled"u8);
        return null;
    }

    public static void Info(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string text = ClusterInfoText.Describe(host.Enter().State);
        host.Leave();
        context.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(text));
    }

    public static void Nodes(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string text = NodesText.Describe(host.Enter().State);
        host.Leave();
        context.Reply.Verbatim("txt"u8, Encoding.ASCII.GetBytes(text));
    }

    public static void MyId(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string id = host.Enter().State.Myself.Id.ToString();
        host.Leave();
        context.Reply.Text(id);
    }

    public static void MyShardId(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string shard = host.Enter().State.Myself.ShardId.ToString();
        host.Leave();
        context.Reply.Text(shard);
    }

    public static void Replicas(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string id = context.Text(2);
        ClusterMachine machine = host.Enter();
        List<string> lines = [];
        string? error = null;
        if (machine.Admin.Find(id) is not { } node) error = $"ERR Unknown node {id}";
        else if (node.IsReplica) error = "ERR The specified node is not a master";
        else
        {
            foreach (ClusterNode replica in node.Replicas) lines.Add(NodesText.Line(machine.State, replica));
        }
        host.Leave();
        if (error is not null)
        {
            context.Reply.Error(error);
            return;
        }
        context.Reply.Array(lines.Count);
        foreach (string line in lines) context.Reply.Text(line);
    }

    public static void CountFailureReports(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        string id = context.Text(2);
        int count = host.Enter().Admin.CountFailureReports(id);
        host.Leave();
        if (count < 0) context.Reply.Error($"ERR Unknown node {id}");
        else context.Reply.Integer(count);
    }

    public static void KeySlotOf(ref CommandContext context)
    {
        if (Host(ref context) is not null) context.Reply.Integer(KeySlot.Of(context.Arg(2)));
    }

    public static void CountKeysInSlot(ref CommandContext context)
    {
        if (Host(ref context) is null) return;
        if (!context.TryGetInteger(2, out long slot)) return;
        if (slot is < 0 or >= SlotSet.Slots) context.Reply.Error("ERR Invalid slot"u8);
        else if (context.Dataset.Hidden?.Has((int)slot) == true) context.Reply.Integer(0);
        else context.Reply.Integer(context.Dataset.Home((int)slot, context.Session.Db).Table.SlotKeyCount((int)slot));
    }

    public static void GetKeysInSlot(ref CommandContext context)
    {
        if (Host(ref context) is null) return;
        if (!context.TryGetInteger(2, out long number) || !context.TryGetInteger(3, out long count)) return;
        if (number is < 0 or >= SlotSet.Slots || count < 0)
        {
            context.Reply.Error("ERR Invalid slot or number of keys"u8);
            return;
        }
        int slot = (int)number;
        KeyTable table = context.Dataset.Home(slot, context.Session.Db).Table;
        Entry[] found = new Entry[ScanEntries];
        DeferredLength length = context.Reply.DeferArray();
        int listed = 0;
        uint position = 0;
        if (table.SlotKeyCount(slot) > 0 && count > 0 && context.Dataset.Hidden?.Has(slot) != true)
        {
            do
            {
                int step = table.Scan(slot, ref position, found);
                for (int index = 0; index < step && listed < count; index++, listed++)
                    context.Reply.Bulk(found[index].Key);
            }
            while (position != 0 && listed < count);
        }
        context.Reply.SetDeferred(length, listed);
    }

    public static void Slots(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        ClusterTopology.Slots(context.Reply, host.Enter().State, context.Server().Options);
        host.Leave();
    }

    public static void Shards(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        ClusterTopology.Shards(context.Reply, host.Enter().State, context.Server().Options);
        host.Leave();
    }

    public static void Links(ref CommandContext context)
    {
        if (Host(ref context) is not { } host) return;
        ClusterTopology.Links(context.Reply, host.Enter(), host);
        host.Leave();
    }

    public static void Asking(ref CommandContext context)
    {
        if (Host(ref context) is null) return;
        context.Client().IsAsking = true;
        context.Reply.Ok();
    }

    public static void ReadOnly(ref CommandContext context)
    {
        if (!context.Client().FollowsRedirects && Host(ref context) is null) return;
        context.Client().ReadsFromReplica = true;
        context.Reply.Ok();
    }

    public static void ReadWrite(ref CommandContext context)
    {
        if (!context.Client().FollowsRedirects && Host(ref context) is null) return;
        context.Client().ReadsFromReplica = false;
        context.Reply.Ok();
    }
}
