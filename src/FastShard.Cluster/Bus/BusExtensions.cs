using FastShard.Cluster.State;

namespace FastShard.Cluster.Bus;

/// <summary>What the reader found behind the gossip.</summary>
internal ref struct BusExtensions
{
    public ReadOnlySpan<byte> Hostname;
    public NodeId ShardId;
    public ShardPorts Ports;
}
