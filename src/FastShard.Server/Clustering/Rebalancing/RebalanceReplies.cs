using FastShard.Cluster.Rebalancing;
using FastShard.Protocol;
using FastShard.Server.Commands;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>Plans and their state as replies: maps, so that people can read them and programs too.</summary>
internal static class RebalanceReplies
{
    /// <summary>CLUSTER REBALANCE PLAN.</summary>
    public static void Plan(ReplyWriter reply, RebalancePlan plan, Survey survey)
    {
        SlotMeasure cost = plan.Cost;
        reply.Map(9);
        reply.Field("plan-id", plan.Id);
        reply.Field("slots", plan.Slots);
        reply.Field("keys", cost.Keys);
        reply.Field("bytes", cost.Bytes);
        reply.Field("estimated-ms", plan.Millis);
        reply.Field("agreeing-primaries", survey.AgreeingNodes);
        reply.Bulk("silent-nodes"u8);
        reply.Array(survey.Silent.Count);
        foreach (string node in survey.Silent) reply.Text(node);
        reply.Bulk("nodes"u8);
        reply.Array(plan.Shares.Count);
        foreach (NodeShare share in plan.Shares) Share(reply, share, survey.View);
        reply.Bulk("moves"u8);
        reply.Array(plan.Moves.Count);
        foreach (PlannedMove move in plan.Moves)
        {
            reply.Map(8);
            Move(reply, move);
        }
    }

    /// <summary>CLUSTER REBALANCE STATUS.</summary>
    public static void Status(ReplyWriter reply, Rebalancer machine, HealthReport health)
    {
        int done = 0;
        long bytes = 0;
        foreach (MoveProgress move in machine.Moves)
        {
            if (move.State != MoveState.Done) continue;
            done++;
            bytes += move.Move.Cost.Bytes;
        }
        reply.Map(11);
        reply.Field("state", RebalanceText.NameOf(machine.Phase));
        reply.Field("reason", machine.Reason);
        reply.Field("automatic", machine.Settings.IsAutomatic ? "yes" : "no");
        reply.Field("plan-id", machine.Plan?.Id ?? "");
        reply.Field("moves", machine.Plan?.Moves.Count ?? 0);
        reply.Field("moves-done", done);
        reply.Field("bytes", machine.Plan?.Cost.Bytes ?? 0);
        reply.Field("bytes-done", bytes);
        reply.Field("latency-p99-usec", health.LatencyMicros);
        reply.Field("errors-per-thousand", health.ErrorsPerThousand);
        reply.Bulk("progress"u8);
        reply.Array(machine.Moves.Count);
        foreach (MoveProgress move in machine.Moves)
        {
            reply.Map(12);
            Move(reply, move.Move);
            reply.Field("state", RebalanceText.NameOf(move.State));
            reply.Field("message", move.Text);
            reply.Field("started", move.StartedMillis);
            reply.Field("ended", move.EndedMillis);
        }
    }

    private static void Share(ReplyWriter reply, NodeShare share, ClusterView view)
    {
        ViewNode? node = view.Find(share.Id);
        reply.Map(12);
        reply.Field("id", share.Id.ToString());
        reply.Field("address", node is null ? "" : $"{node.Address.Ip}:{node.Address.Port}");
        reply.Field("weight", share.Weight);
        reply.Field("slots", share.SlotsBefore);
        reply.Field("slots-after", share.SlotsAfter);
        reply.Field("keys", share.Before.Keys);
        reply.Field("keys-after", share.After.Keys);
        reply.Field("bytes", share.Before.Bytes);
        reply.Field("bytes-after", share.After.Bytes);
        reply.Field("load-usec", share.Before.Load);
        reply.Field("load-usec-after", share.After.Load);
        reply.Field("part-after", Math.Round(share.PartAfter, 4));
    }

    private static void Move(ReplyWriter reply, PlannedMove move)
    {
        reply.Field("number", move.Number);
        reply.Field("from", move.From.ToString());
        reply.Field("to", move.To.ToString());
        reply.Field("ranges", RebalanceText.RangesOf(move));
        reply.Field("slots", move.Slots);
        reply.Field("keys", move.Cost.Keys);
        reply.Field("bytes", move.Cost.Bytes);
        reply.Field("estimated-ms", move.Millis);
    }
}
