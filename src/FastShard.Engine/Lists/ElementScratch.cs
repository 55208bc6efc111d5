using System.Buffers;
using FastShard.Memory;

namespace FastShard.Engine.Lists;

/// <summary>Room for a copy of one element while its list changes; rented, and kept for the next one.</summary>
internal ref struct ElementScratch
{
    private byte[]? _rented;

    /// <summary>The element's bytes, until the next copy.</summary>
    public ReadOnlySpan<byte> Copy(scoped PackElement element)
    {
        int length = element.IsInteger ? Listpack.ScratchBytes : element.Text.Length;
        if (_rented is null || _rented.Length < length)
        {
            Dispose();
            _rented = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        }
        if (element.IsInteger) length = element.Bytes(_rented).Length;
        else element.Text.CopyTo(_rented);
        return _rented.AsSpan(0, length);
    }

    /// <summary>Gives the room back.</summary>
    public void Dispose()
    {
        if (_rented is not null) ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }
}
