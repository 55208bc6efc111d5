using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Engine.Streams;

/// <summary>The fields of an entry where they stand among a request's arguments: field, value, field, value.</summary>
internal readonly ref struct ArgumentFields : IStreamFields
{
    private readonly ArgumentView _arguments;
    private readonly int _first;

    public ArgumentFields(ArgumentView arguments, int first)
    {
        _arguments = arguments;
        _first = first;
    }

    /// <inheritdoc/>
    public int Count => (_arguments.Count - _first) / 2;

    /// <summary>Bytes of all fields and values.</summary>
    public long TextBytes
    {
        get
        {
            long sum = 0;
            for (int index = _first; index < _arguments.Count; index++) sum += _arguments[index].Length;
            return sum;
        }
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Field(int index) => _arguments[_first + (2 * index)];

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Value(int index) => _arguments[_first + (2 * index) + 1];
}
