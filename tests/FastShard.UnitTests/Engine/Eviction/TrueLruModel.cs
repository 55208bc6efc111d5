namespace FastShard.UnitTests.Engine.Eviction;

/// <summary>The exact least recently used rule: what sampling approximates.</summary>
internal sealed class TrueLruModel(int capacity) : ICacheModel
{
    private readonly Dictionary<int, LinkedListNode<int>> _nodes = [];
    private readonly LinkedList<int> _order = new();

    public bool Ask(int key, long nowMillis)
    {
        if (_nodes.TryGetValue(key, out LinkedListNode<int>? node))
        {
            _order.Remove(node);
            _order.AddFirst(node);
            return true;
        }
        if (_nodes.Count == capacity)
        {
            _nodes.Remove(_order.Last!.Value);
            _order.RemoveLast();
        }
        _nodes[key] = _order.AddFirst(key);
        return false;
    }
}
