namespace FastShard.Cluster.Rebalancing;

/// <summary>How clients fare, on the node that is worst off.</summary>
/// <param name="LatencyMicros">What 99 % of the commands of the last moments did not exceed.</param>
/// <param name="ErrorsPerThousand">Commands that were answered with an error, redirections not counted.</param>
/// <param name="SilentNodes">Primaries that did not answer when they were asked.</param>
/// <param name="AgreeingNodes">Primaries that see the same nodes in the same state, this one included.</param>
public readonly record struct HealthReport(
    long LatencyMicros, int ErrorsPerThousand, int SilentNodes, int AgreeingNodes);
