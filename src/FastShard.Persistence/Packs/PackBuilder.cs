using System.Buffers;
using System.Buffers.Binary;
using FastShard.Memory;

namespace FastShard.Persistence.Packs;

/// <summary>Makes a listpack element by element, in memory of its own, before it is known where it will lie.</summary>
internal struct PackBuilder
{
    private const int ElementExtraMax = 16;
    private const int FirstBytes = 256;

    private byte[]? _rented;
    private int _length;

    /// <summary>Elements so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes so far, with the end mark.</summary>
    public readonly int TotalBytes => Math.Max(_length, Listpack.First) + 1;

    /// <summary>Gives the memory back; the finished pack is void then.</summary>
    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    public void Append(ReadOnlySpan<byte> element)
    {
        Span<byte> room = Room(element.Length + ElementExtraMax);
        _length += Listpack.Encode(room, element);
        Count++;
    }

    public void Append(long integer)
    {
        Span<byte> room = Room(ElementExtraMax);
        _length += Listpack.Encode(room, integer);
        Count++;
    }

    public void Append(scoped in PackElement element)
    {
        if (element.IsInteger) Append(element.Integer);
        else Append(element.Text);
    }

    /// <summary>The pack; nothing is appended after that.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        Room(1)[0] = byte.MaxValue;
        Span<byte> pack = _rented.AsSpan(0, _length + 1);
        BinaryPrimitives.WriteInt32LittleEndian(pack, pack.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(pack[4..], (ushort)Math.Min(Count, ushort.MaxValue));
        return pack;
    }

    private Span<byte> Room(int bytes)
    {
        if (_length == 0) _length = Listpack.First;
        if (_rented is null || _rented.Length - _length < bytes) Grow(bytes);
        return _rented.AsSpan(_length);
    }

    private void Grow(int bytes)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, checked(_length + bytes + (_length / 2))));
        _rented.AsSpan(0, _rented is null ? 0 : _length).CopyTo(larger);
        Dispose();
        _rented = larger;
    }
}
