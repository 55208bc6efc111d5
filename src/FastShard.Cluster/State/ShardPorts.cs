using FastShard.Memory;

namespace FastShard.Cluster.State;

/// <summary>
/// The ports of a node's threads, where each has one: clients that connect there reach their slots with no hop.
/// </summary>
/// <param name="First">The first thread's; the others follow.</param>
/// <param name="Count">How many there are; 0 = it has none.</param>
public readonly record struct ShardPorts(int First, int Count)
{
    /// <summary>The most that a node may say that it has.</summary>
    public const int CountMax = 64;

    /// <summary>Whether one of them is this.</summary>
    public bool Has(int port) => port >= First && port < First + Count;

    /// <summary>The port for a slot; 0 = it has none.</summary>
    public int Of(int slot) => Count == 0 ? 0 : First + KeySlot.ShardOf(slot, Count);
}
