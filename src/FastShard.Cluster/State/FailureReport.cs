namespace FastShard.Cluster.State;

/// <summary>A primary said that a node does not answer.</summary>
internal readonly record struct FailureReport(ClusterNode Reporter, long SaidMillis);
