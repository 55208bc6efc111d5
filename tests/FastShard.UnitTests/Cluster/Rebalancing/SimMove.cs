using FastShard.Cluster;
using FastShard.Cluster.Rebalancing;

namespace FastShard.UnitTests.Cluster.Rebalancing;

/// <summary>A move that is under way in the simulated cluster.</summary>
internal sealed record SimMove(PlannedMove Move, long EndsMillis)
{
    public bool Touches(NodeId node) => Move.From == node || Move.To == node;
}
