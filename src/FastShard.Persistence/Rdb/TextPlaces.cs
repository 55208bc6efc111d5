namespace FastShard.Persistence.Rdb;

/// <summary>Where in a buffer the lengths of texts stand that are long enough to be worth compressing.</summary>
internal sealed class TextPlaces
{
    private const int CapacityMin = 256;

    private int[] _places = new int[CapacityMin];
    private int _count;

    /// <summary>The places, in order.</summary>
    public ReadOnlySpan<int> All => _places.AsSpan(0, _count);

    public void Add(int place)
    {
        if (_count == _places.Length) Array.Resize(ref _places, _count * 2);
        _places[_count++] = place;
    }

    public void Clear() => _count = 0;
}
