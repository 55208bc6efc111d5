using System.Globalization;
using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;
using FastShard.Server.Configuration;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>How somebody wants the cluster balanced.</summary>
internal sealed class PlanWish
{
    private readonly Dictionary<NodeId, double> _weights = [];

    public BalanceBy By { get; set; }

    public double Threshold { get; set; }

    /// <summary>As the directives say. Null, or what is wrong with them.</summary>
    public static string? TryDefault(ServerOptions options, out PlanWish wish)
    {
        wish = new PlanWish { Threshold = options.ClusterRebalanceThreshold / 100.0 };
        foreach (string pair in options.ClusterRebalanceWeights.Split(
            [' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=');
            if (equals < 0 || !wish.TryWeigh(pair[..equals], pair[(equals + 1)..]))
                return $"cluster-rebalance-weights: '{pair}' is not a node's name, =, and a weight";
        }
        return null;
    }

    /// <summary>Gives a node a weight; false where one of the two is none.</summary>
    public bool TryWeigh(string node, string weight)
    {
        if (!NodeId.TryParse(node, out NodeId id)) return false;
        if (!double.TryParse(weight, CultureInfo.InvariantCulture, out double value)) return false;
        if (!double.IsFinite(value) || value < 0) return false;
        _weights[id] = value;
        return true;
    }

    public double WeightOf(NodeId node) => _weights.GetValueOrDefault(node, 1);
}
