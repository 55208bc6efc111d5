using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;
using FastShard.Native.Clocks;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>
/// How clients fare on the primaries: what the slowest commands of the last round took, how long a PING takes now, and
/// how many commands failed. On the rebalancer's thread, which may wait.
/// </summary>
internal sealed class HealthWatch(NodeLines lines)
{
    private const int FewCommands = 100;

    private readonly Dictionary<NodeId, NodeVitals> _vitals = [];

    public HealthReport Take(ClusterView view, int agreeingNodes)
    {
        long latency = 0;
        int errors = 0;
        int silent = 0;
        foreach (ViewNode node in view.Nodes)
        {
            if (!node.IsSound) continue;
            long began = SystemClock.MonotonicNanos();
            bool answers = lines.Ask(node, "PING") is not null;
            latency = Math.Max(latency, (SystemClock.MonotonicNanos() - began) / 1000);
            NodeReply? info = answers ? lines.Ask(node, "INFO", "everything") : null;
            if (info is not { IsError: false })
            {
                silent++;
                continue;
            }
            NodeVitals vitals = NodeVitals.Of(info.Text, lines.Ask(node, "LATENCY", "HISTOGRAM"));
            if (_vitals.TryGetValue(node.Id, out NodeVitals? former) && vitals.Commands >= former.Commands)
            {
                // A handful, among them these questions, says nothing.
                if (vitals.Commands - former.Commands < FewCommands) continue;
                latency = Math.Max(latency, vitals.LatencySince(former));
                errors = Math.Max(errors, vitals.ErrorsSince(former));
            }
            _vitals[node.Id] = vitals;
        }
        return new HealthReport(latency, errors, silent, agreeingNodes);
    }

    /// <summary>What was counted before a break says nothing of now.</summary>
    public void Forget() => _vitals.Clear();
}
