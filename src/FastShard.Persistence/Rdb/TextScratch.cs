using System.Buffers;
using FastShard.Protocol;

namespace FastShard.Persistence.Rdb;

/// <summary>
/// Where one text of a reader is put that does not lie in the payload as it is. The next text takes its place: whoever
/// needs two at once (field and value) has two.
/// </summary>
public struct TextScratch
{
    private byte[]? _rented;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    internal Span<byte> Room(int length)
    {
        if (_rented is null || _rented.Length < length)
        {
            Dispose();
            _rented = ArrayPool<byte>.Shared.Rent(Math.Max(length, Numbers.MaxInt64Bytes));
        }
        return _rented.AsSpan(0, length);
    }

    internal ReadOnlySpan<byte> Digits(long integer)
    {
        Span<byte> room = Room(Numbers.MaxInt64Bytes);
        return room[..Numbers.FormatInt64(integer, room)];
    }
}
