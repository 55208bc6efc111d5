namespace FastShard.Cluster.State;

/// <summary>The nodes that are known, by name and in a list from which one can be drawn.</summary>
public sealed class NodeTable
{
    private readonly Dictionary<NodeId, ClusterNode> _byId = [];
    private readonly List<ClusterNode> _list = [];
    private readonly Dictionary<NodeId, long> _banned = [];

    public int Count => _list.Count;

    /// <summary>All of them, in no order that means anything.</summary>
    public IReadOnlyList<ClusterNode> All => _list;

    public ClusterNode this[int index] => _list[index];

    public ClusterNode? Find(NodeId id) => _byId.GetValueOrDefault(id);

    internal void Add(ClusterNode node)
    {
        _byId.Add(node.Id, node);
        _list.Add(node);
    }

    internal void Remove(ClusterNode node)
    {
        _byId.Remove(node.Id);
        _list.Remove(node);
    }

    internal void Rename(ClusterNode node, NodeId id)
    {
        _byId.Remove(node.Id);
        node.Id = id;
        _byId.Add(id, node);
    }

    /// <summary>Gossip about a forgotten node would bring it back: it is not listened to for a while.</summary>
    internal void Ban(NodeId id, long untilMillis) => _banned[id] = untilMillis;

    internal bool IsBanned(NodeId id, long nowMillis)
    {
        if (!_banned.TryGetValue(id, out long until)) return false;
        if (until > nowMillis) return true;
        _banned.Remove(id);
        return false;
    }
}
