using FastShard.SystemTests.Clustering;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Migration;

/// <summary>Moves of whole ranges of slots, as an administrator asks for them and looks at them.</summary>
internal static class SlotMove
{
    /// <summary>Begins one from a node.</summary>
    public static void Begin(ClusterNodeProcess from, ClusterNodeProcess to, int first, int last) => Assert.Equal(
        "OK", from.Ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", $"{first}", $"{last}", "NODE", to.Id).Text);

    /// <summary>The newest move that a node knows of, by the names of its fields.</summary>
    public static Dictionary<string, string> Newest(ClusterNodeProcess node)
    {
        RespValue all = node.Ask("CLUSTER", "GETSLOTMIGRATIONS");
        Dictionary<string, string> fields = [];
        if (all.Elements!.Count == 0) return fields;
        IReadOnlyList<RespValue> record = all.Elements[0].Elements!;
        for (int index = 0; index < record.Count; index += 2)
            fields.Add(record[index].Text!, record[index + 1].Text!);
        return fields;
    }

    public static string State(ClusterNodeProcess node) => Newest(node).GetValueOrDefault("state", "");

    public static bool IsOver(ClusterNodeProcess node) => State(node) is "success" or "failed" or "cancelled";

    /// <summary>Makes one and waits for its end.</summary>
    public static void Run(
        FastShardServer watcher, ClusterNodeProcess from, ClusterNodeProcess to, int first, int last)
    {
        // What an earlier move has left may still be on its way out, and then the target says so.
        string message = "";
        watcher.Until(
            () =>
            {
                Begin(from, to, first, last);
                watcher.Until(() => IsOver(from), "the move is over");
                message = Newest(from)["message"];
                return State(from) == "success" || !message.Contains("TRYAGAIN", StringComparison.Ordinal);
            },
            "the target is ready");
        Assert.Equal(("success", ""), (State(from), message));
    }

    /// <summary>A cluster of these nodes, each with its third of the slots, or so.</summary>
    public static void Create(FastShardServer watcher, params ClusterNodeProcess[] nodes)
    {
        int share = 16384 / nodes.Length;
        for (int node = 0; node < nodes.Length; node++)
        {
            int end = node == nodes.Length - 1 ? 16383 : ((node + 1) * share) - 1;
            Assert.Equal("OK", nodes[node].Ask("CLUSTER", "ADDSLOTSRANGE", $"{node * share}", $"{end}").Text);
            Assert.Equal("OK", nodes[node].Ask("CLUSTER", "SET-CONFIG-EPOCH", $"{node + 1}").Text);
        }
        foreach (ClusterNodeProcess node in nodes[1..])
            Assert.Equal("OK", nodes[0].Ask("CLUSTER", "MEET", "127.0.0.1", $"{node.Port}", $"{node.BusPort}").Text);
        watcher.Until(() => nodes.All(IsOk), "all serve");
        watcher.Until(
            () => nodes.All(node => node.Ask("CLUSTER", "NODES").Text!.Split('\n').Length == nodes.Length + 1),
            "all know all");
    }

    public static bool IsOk(ClusterNodeProcess node) =>
        node.Ask("CLUSTER", "INFO").Text!.StartsWith("cluster_state:ok", StringComparison.Ordinal);

    /// <summary>The node that a node thinks has a slot.</summary>
    public static bool Sees(ClusterNodeProcess node, ClusterNodeProcess owner, int first) =>
        node.See(owner).Contains($" {first}-", StringComparison.Ordinal);
}
