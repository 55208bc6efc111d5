using System.Buffers;
using System.Numerics;
using FastShard.Memory;

namespace FastShard.Engine.SortedSets;

/// <summary>
/// Members with scores that a command gathers from several keys before it replies or stores them: copies, because the
/// key that is stored to may be one of those that were read. May be searched by member and sorted. Rented memory, given
/// back by Dispose.
/// </summary>
internal sealed class MemberList : IDisposable
{
    private const int FirstItems = 64;
    private const int FirstChunkBytes = 4096;
    private const int LargestChunkBytes = 1024 * 1024;

    private readonly List<byte[]> _chunks = [];
    private Item[] _items = ArrayPool<Item>.Shared.Rent(FirstItems);
    private int[]? _buckets;
    private int _mask;
    private int _chunkUsed;

    /// <summary>Members.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the longest member.</summary>
    public int Longest { get; private set; }

    /// <summary>A member's bytes.</summary>
    public ReadOnlySpan<byte> Member(int index)
    {
        ref Item item = ref _items[index];
        return _chunks[item.Chunk].AsSpan(item.Offset, item.Length);
    }

    /// <summary>A member's score.</summary>
    public ref double Score(int index) => ref _items[index].Score;

    /// <summary>Adds a member that will not be searched for.</summary>
    public void Add(scoped ReadOnlySpan<byte> member, double score) => Append(member, 0, score);

    /// <summary>Finds a member, or adds it with a score of 0; true when it was there.</summary>
    public bool FindOrAdd(scoped ReadOnlySpan<byte> member, out int index)
    {
        if (_buckets is null || Count * 2 >= _mask) GrowBuckets();
        ulong hash = KeyHash.Of(member);
        int place = (int)hash & _mask;
        for (; _buckets![place] != 0; place = (place + 1) & _mask)
        {
            index = _buckets[place] - 1;
            if (_items[index].Hash == hash && Member(index).SequenceEqual(member)) return true;
        }
        index = Append(member, hash, 0);
        _buckets[place] = index + 1;
        return false;
    }

    /// <summary>Puts the members in the order of a sorted set. They cannot be searched for afterwards.</summary>
    public void Sort() => _items.AsSpan(0, Count).Sort(new Order(_chunks));

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<Item>.Shared.Return(_items);
        foreach (byte[] chunk in _chunks) ArrayPool<byte>.Shared.Return(chunk);
        if (_buckets is not null) ArrayPool<int>.Shared.Return(_buckets);
    }

    private int Append(scoped ReadOnlySpan<byte> member, ulong hash, double score)
    {
        if (_chunks.Count == 0 || _chunks[^1].Length - _chunkUsed < member.Length)
        {
            int usual = Math.Min(FirstChunkBytes << Math.Min(_chunks.Count, 8), LargestChunkBytes);
            _chunks.Add(ArrayPool<byte>.Shared.Rent(Math.Max(usual, member.Length)));
            _chunkUsed = 0;
        }
        if (Count == _items.Length)
        {
            Item[] larger = ArrayPool<Item>.Shared.Rent(Count * 2);
            _items.CopyTo(larger, 0);
            ArrayPool<Item>.Shared.Return(_items);
            _items = larger;
        }
        member.CopyTo(_chunks[^1].AsSpan(_chunkUsed));
        _items[Count] = new Item
        {
            Chunk = _chunks.Count - 1,
            Offset = _chunkUsed,
            Length = member.Length,
            Hash = hash,
            Score = score,
        };
        _chunkUsed += member.Length;
        Longest = Math.Max(Longest, member.Length);
        return Count++;
    }

    private void GrowBuckets()
    {
        if (_buckets is not null) ArrayPool<int>.Shared.Return(_buckets);
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Count * 4, FirstItems * 2));
        _buckets = ArrayPool<int>.Shared.Rent(size);
        _mask = size - 1;
        _buckets.AsSpan(0, size).Clear();
        for (int index = 0; index < Count; index++)
        {
            int place = (int)_items[index].Hash & _mask;
            while (_buckets[place] != 0) place = (place + 1) & _mask;
            _buckets[place] = index + 1;
        }
    }

    private struct Item
    {
        public int Chunk;
        public int Offset;
        public int Length;
        public ulong Hash;
        public double Score;
    }

    private readonly struct Order(List<byte[]> chunks) : IComparer<Item>
    {
        public int Compare(Item left, Item right)
        {
            int order = left.Score.CompareTo(right.Score);
            if (left.Score == right.Score) order = 0;
            if (order != 0) return order;
            return chunks[left.Chunk].AsSpan(left.Offset, left.Length)
                .SequenceCompareTo(chunks[right.Chunk].AsSpan(right.Offset, right.Length));
        }
    }
}
