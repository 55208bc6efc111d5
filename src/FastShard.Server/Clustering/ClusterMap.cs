using FastShard.Cluster.State;
using FastShard.Server.Configuration;

namespace FastShard.Server.Clustering;

/// <summary>
/// Where each slot is served, as one node sees it at one time. It never changes: shards read it without a lock, and
/// get another one when something is different.
/// </summary>
internal sealed class ClusterMap
{
    private readonly SlotKind[] _kinds = new SlotKind[SlotSet.Slots];
    private readonly MapNode?[] _owners = new MapNode?[SlotSet.Slots];
    private readonly Dictionary<int, MapNode> _targets = [];

    public ClusterMap(ClusterState state, ServerOptions options)
    {
        IsOk = state.IsOk;
        MyPrimary = state.Myself.IsReplica ? state.Myself.Primary?.Id : null;
        Version = state.Slots.Version;
        Dictionary<ClusterNode, MapNode> nodes = [];
        foreach (ClusterNode node in state.Nodes.All)
            nodes.Add(node, new MapNode(
                node.Id, EndpointOf(node, options), HostOf(node, options), node.Ports));
        for (int slot = 0; slot < SlotSet.Slots; slot++) Add(state, slot, nodes);
    }

    /// <summary>The cluster serves.</summary>
    public bool IsOk { get; }

    /// <summary>Whom this node follows; null = it is a primary.</summary>
    public FastShard.Cluster.NodeId? MyPrimary { get; }

    /// <summary>Which state of the slots this is.</summary>
    public long Version { get; }

    /// <summary>Nothing has to be asked about a command of such a slot.</summary>
    public bool IsPlain(int slot) => _kinds[slot] == SlotKind.Mine && IsOk;

    public SlotKind KindOf(int slot) => _kinds[slot];

    /// <summary>Who serves a slot.</summary>
    public MapNode? OwnerOf(int slot) => _owners[slot];

    /// <summary>Where a slot is going.</summary>
    public MapNode TargetOf(int slot) => _targets[slot];

    /// <summary>Slots that are served here, and were not as an earlier map has it.</summary>
    public SlotSet GainedSince(ClusterMap former)
    {
        var gained = new SlotSet();
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (IsHere(slot) && !former.IsHere(slot)) gained.Add(slot);
        }
        return gained;
    }

    /// <summary>What clients connect to for a node: an address, a name, or whatever they had before.</summary>
    public static string HostOf(ClusterNode node, ServerOptions options) => options.ClusterPreferredEndpoint switch
    {
        EndpointKind.Ip => node.Address.Ip,
        EndpointKind.Hostname => node.Hostname.Length > 0 ? node.Hostname : "?",
        _ => "",
    };

    private bool IsHere(int slot) => _kinds[slot] is SlotKind.Mine or SlotKind.Leaving;

    private static string EndpointOf(ClusterNode node, ServerOptions options) =>
        $"{HostOf(node, options)}:{node.Address.Port}";

    private void Add(ClusterState state, int slot, Dictionary<ClusterNode, MapNode> nodes)
    {
        ClusterNode? owner = state.Slots.Owner(slot);
        bool isMine = owner == state.Myself;
        SlotKind kind = owner is null ? SlotKind.Unserved : isMine ? SlotKind.Mine : SlotKind.Elsewhere;
        if (isMine && state.Slots.MigratingTo(slot) is { } target)
        {
            kind = SlotKind.Leaving;
            _targets.Add(slot, nodes[target]);
        }
        else if (owner is not null && !isMine && state.Slots.ImportingFrom(slot) is not null)
        {
            kind = SlotKind.Coming;
        }
        _kinds[slot] = kind;
        _owners[slot] = owner is null ? null : nodes[owner];
    }
}
