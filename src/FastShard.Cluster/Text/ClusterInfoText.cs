using System.Text;
using FastShard.Cluster.Bus;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Text;

/// <summary>What CLUSTER INFO says.</summary>
public static class ClusterInfoText
{
    private static readonly string[] TypeNames =
    [
        "ping", "pong", "meet", "fail", "publish", "auth-req", "auth-ack", "update", "mfstart", "module",
        "publishshard",
    ];

    public static string Describe(ClusterState state)
    {
        int failed = 0;
        int doubtful = 0;
        foreach (ClusterNode node in state.Nodes.All)
        {
            if (node.HasFailed) failed += node.Slots.Count;
            else if (node.MayHaveFailed) doubtful += node.Slots.Count;
        }
        ClusterNode myself = state.Myself;
        ulong epoch = myself.IsReplica && myself.Primary is { } primary ? primary.ConfigEpoch : myself.ConfigEpoch;
        var text = new StringBuilder();
        text.Append($"cluster_state:{(state.IsOk ? "ok" : "fail")}\r\n");
        text.Append($"cluster_slots_assigned:{state.Slots.AssignedCount}\r\n");
        text.Append($"cluster_slots_ok:{state.Slots.AssignedCount - failed - doubtful}\r\n");
        text.Append($"cluster_slots_pfail:{doubtful}\r\n");
        text.Append($"cluster_slots_fail:{failed}\r\n");
        text.Append($"cluster_known_nodes:{state.Nodes.Count}\r\n");
        text.Append($"cluster_size:{state.Size}\r\n");
        text.Append($"cluster_current_epoch:{state.CurrentEpoch}\r\n");
        text.Append($"cluster_my_epoch:{epoch}\r\n");
        AppendCounts(text, state.Sent, "sent");
        AppendCounts(text, state.Received, "received");
        text.Append("total_cluster_links_buffer_limit_exceeded:0\r\n");
        return text.ToString();
    }

    private static void AppendCounts(StringBuilder text, TrafficCounts counts, string direction)
    {
        for (int type = 0; type < TrafficCounts.Types; type++)
        {
            long count = counts[(BusMessageType)type];
            if (count > 0) text.Append($"cluster_stats_messages_{TypeNames[type]}_{direction}:{count}\r\n");
        }
        text.Append($"cluster_stats_messages_{direction}:{counts.Total}\r\n");
    }
}
