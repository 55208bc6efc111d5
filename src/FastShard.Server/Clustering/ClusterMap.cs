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
            nodes.Add(node, MapNodeOf(node, options, nodes.Count));
        All = [.. nodes.Values];
        for (int slot = 0; slot < SlotSet.Slots; slot++) Add(state, slot, nodes);
        foreach ((ClusterNode node, MapNode mapped) in nodes) AddReplica(nodes, node, mapped);
        Primaries = Array.FindAll(All, static node => node.FirstSlot >= 0);
        Array.Sort(Primaries, static (left, right) => left.Id.CompareTo(right.Id));
    }

    /// <summary>Every node, at its index.</summary>
    public MapNode[] All { get; }

    /// <summary>Those that have slots, by their names.</summary>
    public MapNode[] Primaries { get; }

    /// <summary>A number that changes with the slots' owners; the same on all nodes that see them alike.</summary>
    public uint Digest { get; private set; } = 2166136261;

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

    /// <summary>The node that clients find at an address; null = none does.</summary>
    public MapNode? At(string ip, int port)
    {
        foreach (MapNode node in All)
        {
            if (node.Ip == ip && (node.Port == port || node.Ports.Has(port))) return node;
        }
        return null;
    }

    private static MapNode MapNodeOf(ClusterNode node, ServerOptions options, int index) =>
        new(node.Id, EndpointOf(node, options), HostOf(node, options), node.Ports)
        {
            Ip = node.Address.Ip,
            Port = node.Address.PlainPort > 0 ? node.Address.PlainPort : node.Address.Port,
            IsMyself = node.IsMyself,
            HasFailed = node.HasFailed,
            Index = index,
        };

    private static void AddReplica(Dictionary<ClusterNode, MapNode> nodes, ClusterNode node, MapNode mapped)
    {
        if (!node.IsReplica || node.HasFailed || node.Primary is null) return;
        if (nodes.TryGetValue(node.Primary, out MapNode? primary)) primary.Replicas.Add(mapped);
    }

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
        MapNode? mapped = _owners[slot] = owner is null ? null : nodes[owner];
        Digest = (Digest ^ (mapped?.Id.Low ?? 0)) * 16777619;
        if (mapped is { FirstSlot: < 0 }) mapped.FirstSlot = slot;
    }
}
