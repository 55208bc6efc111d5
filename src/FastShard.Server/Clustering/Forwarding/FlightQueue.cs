namespace FastShard.Server.Clustering.Forwarding;

/// <summary>The replies that a link waits for, in order; grows once and then allocates nothing.</summary>
internal sealed class FlightQueue
{
    private Flight[] _items = new Flight[64];
    private int _head;

    public int Count { get; private set; }

    /// <summary>The one that comes next.</summary>
    public ref readonly Flight First => ref _items[_head];

    public void Add(in Flight flight)
    {
        if (Count == _items.Length) Grow();
        _items[(_head + Count++) & (_items.Length - 1)] = flight;
    }

    public Flight Take()
    {
        Flight flight = _items[_head];
        _items[_head] = default;
        _head = (_head + 1) & (_items.Length - 1);
        Count--;
        return flight;
    }

    private void Grow()
    {
        var larger = new Flight[_items.Length * 2];
        for (int index = 0; index < Count; index++) larger[index] = _items[(_head + index) & (_items.Length - 1)];
        _items = larger;
        _head = 0;
    }
}
