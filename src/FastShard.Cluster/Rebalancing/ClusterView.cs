using FastShard.Cluster.State;
using FastShard.Cluster.Text;

namespace FastShard.Cluster.Rebalancing;

/// <summary>The cluster as one node sees it at one moment. It never changes.</summary>
public sealed class ClusterView
{
    private const ulong HashStart = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;

    private readonly Dictionary<NodeId, ViewNode> _byId = [];

    public ClusterView(NodeId myself, IReadOnlyList<ViewNode> nodes)
    {
        Myself = myself;
        Nodes = nodes;
        foreach (ViewNode node in nodes) _byId[node.Id] = node;
        Fingerprint = Hash();
    }

    public NodeId Myself { get; }

    public IReadOnlyList<ViewNode> Nodes { get; }

    /// <summary>
    /// Who is there, in which role and state, and who owns what: another number when any of it changes.
    /// </summary>
    public ulong Fingerprint { get; }

    /// <summary>Primaries that have slots, or wait for some.</summary>
    public int PrimaryCount
    {
        get
        {
            int count = 0;
            foreach (ViewNode node in Nodes) count += node.IsPrimary ? 1 : 0;
            return count;
        }
    }

    /// <summary>What a node knows.</summary>
    public static ClusterView Of(ClusterState state)
    {
        List<ViewNode> nodes = [];
        foreach (ClusterNode node in state.Nodes.All)
        {
            if (node.IsInHandshake || node.Has(NodeFlags.NoAddress)) continue;
            var slots = new SlotSet();
            for (int from = 0; node.Slots.TryNextRange(from, out int first, out int last); from = last + 1)
            {
                for (int slot = first; slot <= last; slot++) slots.Add(slot);
            }
            NodeId primary = node.IsReplica ? node.Primary?.Id ?? node.Id : NodeId.None;
            nodes.Add(new ViewNode(node.Id, node.Address, primary, node.HasFailed, node.MayHaveFailed, slots));
        }
        return new ClusterView(state.Myself.Id, nodes);
    }

    /// <summary>What another node knows, as its CLUSTER NODES says it; null where that makes no sense.</summary>
    public static ClusterView? Parse(string nodes) =>
        NodesFileReader.Read(nodes, new ClusterSettings(), new Random(0), 0, out _) is { } state ? Of(state) : null;

    public ViewNode? Find(NodeId id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether a node owns all slots of a move.</summary>
    public bool Owns(NodeId id, PlannedMove move)
    {
        if (Find(id) is not { } node) return false;
        foreach (SlotRange range in move.Ranges)
        {
            for (int slot = range.First; slot <= range.Last; slot++)
            {
                if (!node.Slots.Has(slot)) return false;
            }
        }
        return true;
    }

    private ulong Hash()
    {
        List<ViewNode> sorted = [.. Nodes];
        sorted.Sort((one, other) => one.Id.CompareTo(other.Id));
        ulong hash = HashStart;
        foreach (ViewNode node in sorted)
        {
            hash = Mix(hash, node.Id.High ^ node.Id.Low);
            hash = Mix(hash, node.Primary.High ^ node.Primary.Low);
            hash = Mix(hash, node.HasFailed ? 2ul : node.IsInDoubt ? 1ul : 0ul);
            foreach (byte bits in node.Slots.Bits) hash = (hash ^ bits) * HashFactor;
        }
        return hash;
    }

    private static ulong Mix(ulong hash, ulong word)
    {
        for (int shift = 0; shift < 64; shift += 8) hash = (hash ^ (byte)(word >> shift)) * HashFactor;
        return hash;
    }
}
