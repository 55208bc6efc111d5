namespace FastShard.Server.Clients;

/// <summary>The connections of one shard, in no order; adding and removing are O(1).</summary>
internal sealed class ConnectionSet
{
    private readonly List<Connection> _connections = [];
    private int _count;

    /// <summary>How many; readable from any thread (a hint for balancing).</summary>
    public int Count => Volatile.Read(ref _count);

    public Connection this[int index] => _connections[index];

    public void Add(Connection connection)
    {
        connection.SetIndex = _connections.Count;
        _connections.Add(connection);
        Volatile.Write(ref _count, _connections.Count);
    }

    public void Remove(Connection connection)
    {
        int last = _connections.Count - 1;
        Connection moved = _connections[last];
        _connections[connection.SetIndex] = moved;
        moved.SetIndex = connection.SetIndex;
        _connections.RemoveAt(last);
        connection.SetIndex = -1;
        Volatile.Write(ref _count, last);
    }
}
