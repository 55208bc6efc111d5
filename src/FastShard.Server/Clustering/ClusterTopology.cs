using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Protocol;
using FastShard.Server.Commands;
using FastShard.Server.Configuration;

namespace FastShard.Server.Clustering;

/// <summary>The replies that tell clients who serves what.</summary>
internal static class ClusterTopology
{
    /// <summary>CLUSTER SLOTS: each run of slots of one primary, with its nodes, the primary first.</summary>
    public static void Slots(ReplyWriter reply, ClusterState state, ServerOptions options)
    {
        DeferredLength length = reply.DeferArray();
        int ranges = 0;
        for (int slot = 0; slot < SlotSet.Slots;)
        {
            ClusterNode? owner = state.Slots.Owner(slot);
            int first = slot++;
            while (slot < SlotSet.Slots && state.Slots.Owner(slot) == owner && HasSamePorts(owner, first, slot)) slot++;
            if (owner is null) continue;
            ranges++;
            reply.Array(3 + CountSound(owner));
            reply.Integer(first);
            reply.Integer(slot - 1);
            Endpoint(reply, owner, first, options);
            foreach (ClusterNode replica in owner.Replicas)
            {
                if (!replica.HasFailed) Endpoint(reply, replica, first, options);
            }
        }
        reply.SetDeferred(length, ranges);
    }

    /// <summary>CLUSTER SHARDS: each primary with its slots and its nodes.</summary>
    public static void Shards(ReplyWriter reply, ClusterState state, ServerOptions options)
    {
        DeferredLength length = reply.DeferArray();
        int shards = 0;
        foreach (ClusterNode primary in state.Nodes.All)
        {
            if (!primary.IsPrimary) continue;
            shards++;
            reply.Map(2);
            reply.Bulk("slots"u8);
            DeferredLength bounds = reply.DeferArray();
            int count = 0;
            for (int from = 0; primary.Slots.TryNextRange(from, out int first, out int last); from = last + 1)
            {
                reply.Integer(first);
                reply.Integer(last);
                count += 2;
            }
            reply.SetDeferred(bounds, count);
            reply.Bulk("nodes"u8);
            reply.Array(1 + primary.Replicas.Count);
            Describe(reply, state, primary, options);
            foreach (ClusterNode replica in primary.Replicas) Describe(reply, state, replica, options);
        }
        reply.SetDeferred(length, shards);
    }

    /// <summary>CLUSTER LINKS.</summary>
    public static void Links(ReplyWriter reply, ClusterMachine machine, ClusterHost host)
    {
        DeferredLength length = reply.DeferArray();
        int count = 0;
        foreach (ClusterLink link in machine.Links.Values)
        {
            if (link.Node is not { } node) continue;
            count++;
            reply.Map(6);
            reply.Field("direction", link.IsInbound ? "from" : "to");
            reply.Field("node", node.Id.ToString());
            reply.Field("create-time", link.CreatedMillis);
            // Packets wait as they are, in as many bytes as they have.
            long waiting = host.WaitingBytes(link.Id);
            reply.Field("events", waiting > 0 ? "rw" : "r");
            reply.Field("send-buffer-allocated", waiting);
            reply.Field("send-buffer-used", waiting);
        }
        reply.SetDeferred(length, count);
    }

    // Threads with ports of their own serve parts of what their node serves: to clients each is a node.
    private static bool HasSamePorts(ClusterNode? primary, int slot, int other)
    {
        if (primary is null) return true;
        if (primary.Ports.Of(slot) != primary.Ports.Of(other)) return false;
        foreach (ClusterNode replica in primary.Replicas)
        {
            if (replica.Ports.Of(slot) != replica.Ports.Of(other)) return false;
        }
        return true;
    }

    private static int CountSound(ClusterNode primary)
    {
        int count = 0;
        foreach (ClusterNode replica in primary.Replicas) count += replica.HasFailed ? 0 : 1;
        return count;
    }

    private static void Host(ReplyWriter reply, ClusterNode node, ServerOptions options)
    {
        if (options.ClusterPreferredEndpoint == EndpointKind.Unknown) reply.Null();
        else reply.Text(ClusterMap.HostOf(node, options));
    }

    // Address, port, name, and what else there is to know of how to reach it.
    private static void Endpoint(ReplyWriter reply, ClusterNode node, int slot, ServerOptions options)
    {
        reply.Array(4);
        Host(reply, node, options);
        reply.Integer(node.Ports.Count > 0 ? node.Ports.Of(slot) : node.Address.Port);
        reply.Text(node.Id.ToString());
        bool hasIp = options.ClusterPreferredEndpoint != EndpointKind.Ip;
        bool hasHostname = options.ClusterPreferredEndpoint != EndpointKind.Hostname && node.Hostname.Length > 0;
        reply.Map((hasIp ? 1 : 0) + (hasHostname ? 1 : 0));
        if (hasIp) reply.Field("ip", node.Address.Ip);
        if (hasHostname) reply.Field("hostname", node.Hostname);
    }

    private static void Describe(ReplyWriter reply, ClusterState state, ClusterNode node, ServerOptions options)
    {
        long offset = node.IsMyself ? state.OwnOffset : node.Offset;
        bool isLoading = node.IsReplica && offset == 0;
        reply.Map(node.Hostname.Length > 0 ? 8 : 7);
        reply.Field("id", node.Id.ToString());
        reply.Field("port", node.Address.Port);
        reply.Field("ip", node.Address.Ip);
        reply.Bulk("endpoint"u8);
        Host(reply, node, options);
        if (node.Hostname.Length > 0) reply.Field("hostname", node.Hostname);
        reply.Field("role", node.IsReplica ? "replica" : "master");
        reply.Field("replication-offset", offset);
        reply.Field("health", node.HasFailed ? "fail" : isLoading ? "loading" : "online");
    }
}
