using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>Which commands are passed on, and which of them cannot be.</summary>
internal static class ForwardGate
{
    /// <summary>
    /// Whether other nodes are to run a command, or a part of it. A client that says that it follows redirections, as
    /// the links of other nodes do, is sent on as ever: nothing makes more than one hop.
    /// </summary>
    public static bool Takes(
        ShardWorker worker, Connection client, ClusterHost cluster, CommandSpec spec, ref ClusterRuling ruling)
    {
        if (client.FollowsRedirects || spec.Is(CommandFlags.Asking) || spec.Is(CommandFlags.Moves)) return false;
        // Shard channels are listened to where they are.
        if (spec.Placement == Placement.Channels) return false;
        if (spec.Is(CommandFlags.AbortsWhenRefused))
        {
            if (client.Transaction is not { IsOpen: true, IsDoomed: false, Refusal: null }) return false;
            ClusterRuling queued = ClusterGate.JudgeQueued(worker, client, cluster);
            if (queued.IsElsewhere) ruling = queued;
            return queued.IsElsewhere;
        }
        if (ruling.IsElsewhere) return true;
        if (client.Transaction.IsOpen || !spec.IsOfAllNodes) return false;
        bool hasKeys = spec.RequestPolicy == RequestPolicy.MultiShard;
        return hasKeys
            ? ruling.Kind is RulingKind.CrossSlot or RulingKind.TryAgain
            : ruling.Kind == RulingKind.Here && !client.ReadsFromReplica;
    }

    /// <summary>Why a command that another node should run cannot be passed on; null where it can.</summary>
    public static string? WhyNot(Connection client, CommandSpec spec, in ClusterRuling ruling)
    {
        // Watching would need the client's own connection there from now on to EXEC.
        if (spec.Is(CommandFlags.Unqueued) && !spec.Is(CommandFlags.AbortsWhenRefused))
        {
            return $"ERR {spec.Name} of keys of another node is not passed on: ask slot {ruling.Slot} at"
                + $" {ruling.Node!.EndpointFor(ruling.Slot)}";
        }
        if (!spec.Is(CommandFlags.AbortsWhenRefused)) return null;
        if (client.Transaction.Watched.Count > 0)
            return "ERR keys are watched here and the commands are another node's";
        return ruling.Kind == RulingKind.Ask ? SlotNames.TryAgain : null;
    }
}
