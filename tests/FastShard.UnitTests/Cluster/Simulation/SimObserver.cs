using FastShard.Cluster;
using FastShard.Cluster.Bus;
using FastShard.Cluster.State;

namespace FastShard.UnitTests.Cluster.Simulation;

/// <summary>Watches for what must never be, after every single input of every node.</summary>
internal sealed class SimObserver
{
    private readonly Dictionary<(ulong Epoch, int Slot), NodeId> _owners = [];
    private readonly Dictionary<(NodeId Voter, ulong Epoch), string> _votes = [];
    private readonly Dictionary<SimNode, (long Version, ulong Epoch)> _seen = [];

    /// <summary>Slots that are looked at: the first of each part that moves as one.</summary>
    public List<int> Probes { get; } = [];

    public int Votes => _votes.Count;

    public int Claims => _owners.Count;

    /// <summary>Of one slot and one epoch there is one owner, whoever one asks about himself.</summary>
    public void Look(SimNode node)
    {
        ClusterNode myself = node.State.Myself;
        (long Version, ulong Epoch) now = (node.State.Slots.Version, myself.ConfigEpoch);
        if (_seen.TryGetValue(node, out (long Version, ulong Epoch) before) && before == now) return;
        _seen[node] = now;
        if (!myself.IsPrimary) return;
        foreach (int slot in Probes)
        {
            if (!myself.Slots.Has(slot)) continue;
            if (_owners.TryAdd((myself.ConfigEpoch, slot), myself.Id)) continue;
            NodeId owner = _owners[(myself.ConfigEpoch, slot)];
            if (owner != myself.Id)
                throw new InvalidOperationException(
                    $"slot {slot} has two owners of epoch {myself.ConfigEpoch}: {owner} and {myself.Id}");
        }
    }

    /// <summary>A node votes once an epoch, crashes or not.</summary>
    public void LookAtPacket(SimNode node, ReadOnlySpan<byte> bytes)
    {
        if (BusReader.Read(bytes, out BusPacket packet) != BusFault.None)
            throw new InvalidOperationException($"{node} sends what it would not take");
        if (packet.Type != BusMessageType.FailoverAuthAck) return;
        if (!_votes.TryAdd((packet.Sender, packet.CurrentEpoch), node.ToString()))
            throw new InvalidOperationException($"{node} votes twice in epoch {packet.CurrentEpoch}");
    }
}
