namespace FastShard.Server.Clients;

/// <summary>A reusable first-in first-out list of connections; grows once and then allocates nothing.</summary>
internal sealed class ConnectionQueue
{
    private Connection?[] _items = new Connection?[64];
    private int _head;
    private int _count;

    public int Count => _count;

    public void Add(Connection connection)
    {
        if (_count == _items.Length) Grow();
        _items[(_head + _count++) & (_items.Length - 1)] = connection;
    }

    public Connection Take()
    {
        Connection connection = _items[_head]!;
        _items[_head] = null;
        _head = (_head + 1) & (_items.Length - 1);
        _count--;
        return connection;
    }

    private void Grow()
    {
        var larger = new Connection?[_items.Length * 2];
        for (int index = 0; index < _count; index++) larger[index] = _items[(_head + index) & (_items.Length - 1)];
        _items = larger;
        _head = 0;
    }
}
