namespace FastShard.Server.Clients;

/// <summary>The connections of one shard, in no order; adding and removing are O(1).</summary>
internal sealed class ConnectionSet
{
    private readonly List<Connection> _connections = [];
    private int _reserved;

    /// <summary>How many are here.</summary>
    public int Count => _connections.Count;

    /// <summary>How many are here or on their way here; readable from any thread.</summary>
    public int Reserved => Volatile.Read(ref _reserved);

    /// <summary>One more is on its way.</summary>
    public void Reserve() => Interlocked.Increment(ref _reserved);

    public Connection this[int index] => _connections[index];

    public void Add(Connection connection)
    {
        connection.SetIndex = _connections.Count;
        _connections.Add(connection);
    }

    public void Remove(Connection connection)
    {
        int last = _connections.Count - 1;
        Connection moved = _connections[last];
        _connections[connection.SetIndex] = moved;
        moved.SetIndex = connection.SetIndex;
        _connections.RemoveAt(last);
        connection.SetIndex = -1;
        Interlocked.Decrement(ref _reserved);
    }
}
