using System.Buffers;
using FastShard.Memory;

namespace FastShard.Engine.Streams;

/// <summary>A growing list of ids in rented memory, for replies whose length is only known at the end.</summary>
internal sealed class StreamIdScratch : IDisposable
{
    private const int FirstRoom = 64;

    private StreamId[] _ids = [];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>The ids, until the next is added.</summary>
    public ReadOnlySpan<StreamId> Ids => _ids.AsSpan(0, Count);

    /// <summary>Adds one.</summary>
    public void Add(StreamId id)
    {
        if (Count == _ids.Length)
        {
            StreamId[] larger = ArrayPool<StreamId>.Shared.Rent(Math.Max(FirstRoom, Count * 2));
            _ids.AsSpan(0, Count).CopyTo(larger);
            Dispose();
            _ids = larger;
        }
        _ids[Count++] = id;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_ids.Length > 0) ArrayPool<StreamId>.Shared.Return(_ids);
    }
}
