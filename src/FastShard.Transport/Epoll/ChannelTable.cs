using FastShard.Native.Diagnostics;

namespace FastShard.Transport.Epoll;

/// <summary>
/// From the number that an epoll event carries to its channel, without a lookup by hash and without allocation. A
/// number is a place and the place's generation, which moves on whenever a channel leaves: an event that was found for
/// a channel closed meanwhile never reaches the next one in its place.
/// </summary>
internal sealed class ChannelTable
{
    private EpollChannel?[] _channels = new EpollChannel?[64];
    private uint[] _generations = new uint[64];
    private int[] _free = new int[64];
    private int _freeCount;
    private int _usedPlaces;

    public int Count { get; private set; }

    /// <summary>One more than the highest place ever used: the range for <see cref="At"/>.</summary>
    public int Places => _usedPlaces;

    /// <summary>Returns the number; its lower half is the place, its upper half the generation.</summary>
    public ulong Add(EpollChannel channel)
    {
        int place = _freeCount > 0 ? _free[--_freeCount] : _usedPlaces++;
        if (place == _channels.Length) Grow();
        Invariant.Check(_channels[place] is null);

        _channels[place] = channel;
        Count++;
        return (ulong)_generations[place] << 32 | (uint)place;
    }

    public void Remove(ulong number)
    {
        int place = (int)(uint)number;
        Invariant.Check(_generations[place] == (uint)(number >> 32) && _channels[place] is not null);

        _channels[place] = null;
        _generations[place]++;
        _free[_freeCount++] = place;
        Count--;
    }

    /// <summary>The channel, or null when it has left.</summary>
    public EpollChannel? Find(ulong number)
    {
        int place = (int)(uint)number;
        return _generations[place] == (uint)(number >> 32) ? _channels[place] : null;
    }

    public EpollChannel? At(int place) => _channels[place];

    private void Grow()
    {
        int places = _channels.Length * 2;
        Array.Resize(ref _channels, places);
        Array.Resize(ref _generations, places);
        Array.Resize(ref _free, places);
    }
}
