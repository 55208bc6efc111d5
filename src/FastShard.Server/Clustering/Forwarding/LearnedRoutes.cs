namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// Slots that other nodes said are elsewhere (MOVED), until the bus has told the same: a new map ends it.
/// </summary>
internal sealed class LearnedRoutes
{
    private readonly Dictionary<int, MapNode> _nodes = [];
    private ClusterMap? _map;

    public MapNode? Find(ClusterMap map, int slot)
    {
        if (_nodes.Count == 0) return null;
        if (ReferenceEquals(map, _map)) return _nodes.GetValueOrDefault(slot);
        _nodes.Clear();
        return null;
    }

    public void Learn(ClusterMap map, int slot, MapNode node)
    {
        if (!ReferenceEquals(map, _map)) _nodes.Clear();
        _map = map;
        _nodes[slot] = node;
    }
}
