using System.Text;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Text;

/// <summary>Nodes as CLUSTER NODES and nodes.conf write them: a line each.</summary>
public static class NodesText
{
    private static readonly (NodeFlags Flag, string Name)[] FlagNames =
    [
        (NodeFlags.Myself, "myself"),
        (NodeFlags.Primary, "master"),
        (NodeFlags.Replica, "slave"),
        (NodeFlags.MayHaveFailed, "fail?"),
        (NodeFlags.Failed, "fail"),
        (NodeFlags.Handshake, "handshake"),
        (NodeFlags.NoAddress, "noaddr"),
        (NodeFlags.NoFailover, "nofailover"),
    ];

    /// <summary>The flags' names and bits, in the order in which they are written.</summary>
    internal static ReadOnlySpan<(NodeFlags Flag, string Name)> Flags => FlagNames;

    /// <summary>What CLUSTER NODES says.</summary>
    public static string Describe(ClusterState state)
    {
        var text = new StringBuilder();
        foreach (ClusterNode node in state.Nodes.All)
        {
            Append(text, state, node);
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The whole of nodes.conf. Handshakes are not kept: their names are not real.</summary>
    public static string File(ClusterState state)
    {
        var text = new StringBuilder();
        foreach (ClusterNode node in state.Nodes.All)
        {
            if (node.IsInHandshake) continue;
            Append(text, state, node, withShard: true);
            text.Append('\n');
        }
        text.Append($"vars currentEpoch {state.CurrentEpoch} lastVoteEpoch {state.LastVoteEpoch}");
        // A redis-server passes over what it does not know here.
        if (state.Slots.Hidden.Count > 0) text.Append($" {HiddenVar} {Ranges(state.Slots.Hidden)}");
        text.Append('\n');
        return text.ToString();
    }

    /// <summary>The name of the hidden slots among the vars.</summary>
    internal const string HiddenVar = "hiddenSlots";

    /// <summary>Slots as ranges: "0-99,200".</summary>
    public static string Ranges(SlotSet slots, char between = ',')
    {
        var text = new StringBuilder();
        for (int from = 0; slots.TryNextRange(from, out int first, out int last); from = last + 1)
        {
            if (text.Length > 0) text.Append(between);
            text.Append(first);
            if (last > first) text.Append('-').Append(last);
        }
        return text.ToString();
    }

    /// <summary>One node.</summary>
    public static string Line(ClusterState state, ClusterNode node)
    {
        var text = new StringBuilder();
        Append(text, state, node);
        return text.ToString();
    }

    private static void Append(StringBuilder text, ClusterState state, ClusterNode node, bool withShard = false)
    {
        NodeAddress address = node.Address;
        text.Append($"{node.Id} {address.Ip}:{address.Port}@{address.BusPort}");
        bool hasShard = withShard && !node.ShardId.IsNone;
        if (node.Hostname.Length > 0 || hasShard) text.Append(',').Append(node.Hostname);
        if (hasShard) text.Append($",shard-id={node.ShardId}");
        text.Append(' ');
        AppendFlags(text, node.Flags);
        text.Append(' ').Append(node.Primary is { } primary ? primary.Id.ToString() : "-");
        ulong epoch = node.IsReplica && node.Primary is { } leader ? leader.ConfigEpoch : node.ConfigEpoch;
        bool isConnected = node.IsMyself || node.Link is not null;
        text.Append($" {node.PingSentMillis} {node.PongReceivedMillis} {epoch} ");
        text.Append(isConnected ? "connected" : "disconnected");
        for (int from = 0; node.Slots.TryNextRange(from, out int first, out int last); from = last + 1)
        {
            text.Append(' ').Append(first);
            if (last > first) text.Append('-').Append(last);
        }
        if (node.IsMyself && !state.Slots.IsStable) AppendMoves(text, state);
    }

    private static void AppendFlags(StringBuilder text, NodeFlags flags)
    {
        int length = text.Length;
        foreach ((NodeFlags flag, string name) in FlagNames)
        {
            if ((flags & flag) == 0) continue;
            if (text.Length > length) text.Append(',');
            text.Append(name);
        }
        if (text.Length == length) text.Append("noflags");
    }

    private static void AppendMoves(StringBuilder text, ClusterState state)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (state.Slots.MigratingTo(slot) is { } target) text.Append($" [{slot}->-{target.Id}]");
            else if (state.Slots.ImportingFrom(slot) is { } source) text.Append($" [{slot}-<-{source.Id}]");
        }
    }
}
