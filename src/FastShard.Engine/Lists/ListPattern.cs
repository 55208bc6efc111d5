using FastShard.Memory;

namespace FastShard.Engine.Lists;

/// <summary>Bytes that elements are compared with: elements may be kept as integers.</summary>
internal readonly ref struct ListPattern
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isInteger;
    private readonly long _integer;

    public ListPattern(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _isInteger = Listpack.TryInteger(bytes, out _integer);
    }

    /// <summary>Whether the element is these bytes.</summary>
    public bool Equals(PackElement element) => element.IsInteger
        ? _isInteger && element.Integer == _integer
        : element.Text.SequenceEqual(_bytes);
}
