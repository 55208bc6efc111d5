using System.Text;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>Passes records of a batch on to the nodes that have their keys.</summary>
internal static class ForwardRun
{
    /// <summary>
    /// Whether a record is plainly another node's: one key, a client with nothing special about it. Such records go out
    /// in a row, without waiting for what is under way already.
    /// </summary>
    public static bool IsStraight(ShardWorker worker, Connection client, Batch batch, in CommandRecord record)
    {
        if (record.Shard < 0 || record.Spec is not { Handler: not null } spec) return false;
        if (client.NeedsGate || client.FollowsRedirects || client.ReadsFromReplica) return false;
        if (!worker.Server.Gates.IsOpen || !spec.AcceptsArity(record.ArgCount)) return false;
        const CommandFlags Special = CommandFlags.Unqueued | CommandFlags.Asking;
        if (spec.MayPark || (spec.Flags & Special) != 0 || spec.Placement == Placement.Channels) return false;
        ClusterMap map = batch.Map ?? worker.Server.Cluster!.Map;
        return map.IsOk && map.KindOf(record.Slot) is SlotKind.Elsewhere or SlotKind.Coming;
    }

    /// <summary>Passes a straight record on. False when it has to wait for room.</summary>
    public static bool TryPass(ShardWorker worker, Connection client, Batch batch)
    {
        ref CommandRecord record = ref batch.Records[batch.Next];
        ClusterMap map = batch.Map ??= worker.Server.Cluster!.Map;
        MapNode node = client.Home.Links!.RouteOf(map, record.Slot)!;
        return TryPass(worker, client, batch, CallKind.Plain, node, record.Slot, isAsking: false);
    }

    /// <summary>Passes a record on that the gate has judged; nothing of its batch is under way.</summary>
    public static bool TryPassJudged(ShardWorker worker, Connection client, Batch batch, ref RunTiming timing)
    {
        ref CommandRecord record = ref batch.Records[batch.Next];
        CommandSpec spec = record.Spec!;
        ClusterRuling ruling = client.Home.Links!.Ruling;
        if (!ruling.IsElsewhere) return ScatterRun.TryBegin(worker, client, batch, ref timing);
        bool isTransaction = spec.Is(CommandFlags.AbortsWhenRefused);
        CallKind kind = isTransaction ? CallKind.Transaction
            : spec.MayPark ? CallKind.Waiting : CallKind.Plain;
        bool isAsking = ruling.Kind == RulingKind.Ask;
        if (!TryPass(worker, client, batch, kind, ruling.Node!, ruling.Slot, isAsking)) return false;
        batch.IsBarrier = kind != CallKind.Plain && batch.IsSplit;
        return true;
    }

    /// <summary>Answers with an error of this node's own.</summary>
    public static void Refuse(ShardWorker worker, Connection client, Batch batch, string text)
    {
        byte[] error = Encoding.UTF8.GetBytes(text);
        client.Home.Statistics.Error(error);
        bool drops = DropsReply(client);
        worker.MarkUnflushed(client);
        if (batch.IsSplit)
        {
            batch.AddForeign(batch.Next, drops);
            batch.PutForeign(batch.Next, Encoding.UTF8.GetBytes($"-{text}\r\n"));
        }
        else if (!drops)
        {
            new ReplyWriter(client.Output, client.Version).Error(error);
        }
    }

    /// <summary>CLIENT REPLY OFF or SKIP is in force for the next reply.</summary>
    public static bool DropsReply(Connection client)
    {
        bool drops = client.ReplyMode != ReplyMode.On;
        if (client.ReplyMode == ReplyMode.Skip) client.ReplyMode = ReplyMode.On;
        return drops;
    }

    private static bool TryPass(
        ShardWorker worker, Connection client, Batch batch, CallKind kind, MapNode node, int slot, bool isAsking)
    {
        NodeLinks links = client.Home.Links!;
        ref CommandRecord record = ref batch.Records[batch.Next];
        if (node.HasFailed)
        {
            Refuse(worker, client, batch, $"CLUSTERDOWN Cannot reach slot {slot}, node {node.Id} at"
                + $" {node.Ip}:{node.Port}, it has failed; the command has not run");
            if (kind == CallKind.Transaction) client.Transaction.Close();
            return true;
        }
        ForwardLink link = links.LinkTo(node, client.Version);
        if (kind != CallKind.Waiting && link.IsFull)
        {
            link.Await(client);
            return false;
        }
        client.CommandsRun++;
        client.LastCommand = record.Spec;
        client.Home.Statistics.Counters.Commands++;
        batch.AddForeign(batch.Next, DropsReply(client));
        batch.Outstanding++;
        links.Counters.Forwarded++;
        ForwardedCall call = links.Take(batch, batch.Next, kind, node, slot, record.Spec!.Is(CommandFlags.ReadOnly));
        call.IsAsking = isAsking;
        links.Send(worker, call);
        return true;
    }
}
