using FastShard.Server.Commands;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>What INFO says of commands that were passed on; every shard is held.</summary>
internal static class ForwardInfo
{
    public static void Write(InfoText text, FastShardServer server)
    {
        var sum = new ForwardCounters();
        long calls = 0;
        long links = 0;
        long bytes = 0;
        foreach (Shard shard in server.Shards)
        {
            if (shard.Links is not { } own) continue;
            sum.Add(own.Counters);
            calls += own.Calls;
            links += own.Count;
            bytes += own.WaitingBytes;
        }
        text.Field("cluster_forwarding", server.Options.ClusterForwarding ? 1 : 0);
        text.Field("cluster_forwarded_commands", sum.Forwarded);
        text.Field("cluster_scattered_commands", sum.Scattered);
        text.Field("cluster_scattered_parts", sum.Parts);
        text.Field("cluster_followed_redirects", sum.Redirected);
        text.Field("cluster_hedged_reads", sum.Hedged);
        text.Field("cluster_hedges_won", sum.HedgesWon);
        text.Field("cluster_forward_failures", sum.Failed);
        text.Field("cluster_forward_connections", sum.Connected);
        text.Field("cluster_forward_links", links);
        text.Field("cluster_forward_calls", calls);
        text.Field("cluster_forward_waiting_bytes", bytes);
    }
}
