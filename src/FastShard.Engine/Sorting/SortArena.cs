using System.Buffers;
using FastShard.Memory;

namespace FastShard.Engine.Sorting;

/// <summary>
/// Elements and what they are sorted by, out of the reach of any change of keys, for as long as a SORT takes.
/// </summary>
internal sealed class SortArena : IDisposable
{
    private const int ItemsMin = 64;

    private readonly NativeBuffer _bytes = new(0);
    private SortItem[] _items = ArrayPool<SortItem>.Shared.Rent(ItemsMin);
    private int _count;

    /// <summary>The elements.</summary>
    public Span<SortItem> Items => _items.AsSpan(0, _count);

    public ReadOnlySpan<byte> Element(in SortItem item) => _bytes.Bytes.Slice(item.Offset, item.Length);

    public ReadOnlySpan<byte> Text(in SortItem item) => _bytes.Bytes.Slice(item.TextOffset, item.TextLength);

    public void Add(PackElement element)
    {
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        Add(element.Bytes(scratch));
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (_count == _items.Length) Grow();
        int offset = Store(bytes);
        _items[_count++] = new SortItem
        {
            Offset = offset,
            Length = bytes.Length,
            TextOffset = offset,
            TextLength = bytes.Length,
        };
    }

    /// <summary>Keeps bytes and returns their place.</summary>
    public int Store(ReadOnlySpan<byte> bytes)
    {
        _bytes.EnsureFree(bytes.Length);
        bytes.CopyTo(_bytes.Free);
        int offset = _bytes.End;
        _bytes.Commit(bytes.Length);
        return offset;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        ArrayPool<SortItem>.Shared.Return(_items);
    }

    private void Grow()
    {
        SortItem[] larger = ArrayPool<SortItem>.Shared.Rent(_count * 2);
        Items.CopyTo(larger);
        ArrayPool<SortItem>.Shared.Return(_items);
        _items = larger;
    }
}
