using FastShard.Protocol;

namespace FastShard.Engine.Commands;

/// <summary>
/// A borrow of one request's arguments: ranges over the receive buffer, and large values that were received straight
/// into blobs. Valid while the command runs.
/// </summary>
public readonly ref struct ArgumentView
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly ReadOnlySpan<ArgRange> _ranges;
    private readonly ArgList _list;

    /// <summary>
    /// Arguments <paramref name="start"/>.. of <paramref name="list"/> over <paramref name="buffer"/>.
    /// </summary>
    public ArgumentView(ReadOnlySpan<byte> buffer, ArgList list, int start, int count)
    {
        _buffer = buffer;
        _list = list;
        _ranges = list.Slice(start, count);
    }

    private ArgumentView(ReadOnlySpan<byte> buffer, ArgList list, ReadOnlySpan<ArgRange> ranges)
    {
        _buffer = buffer;
        _list = list;
        _ranges = ranges;
    }

    /// <summary>The arguments from <paramref name="start"/> on: a request within a request (COMMAND GETKEYS).</summary>
    public ArgumentView From(int start) => new(_buffer, _list, _ranges[start..]);

    /// <summary>Number of arguments with the command's name.</summary>
    public int Count => _ranges.Length;

    /// <summary>
    /// Bytes of all arguments together; with what stands between them in the request, where nothing is a blob.
    /// </summary>
    public long TotalBytes
    {
        get
        {
            if (_list.BlobCount > 0) return SumOfBytes();
            return _ranges.Length == 0 ? 0 : _ranges[^1].Offset + _ranges[^1].Length - _ranges[0].Offset;
        }
    }

    /// <summary>The argument's bytes.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgRange range = _ranges[index];
            return range.Offset >= 0
                ? _buffer.Slice(range.Offset, range.Length)
                : _list.BlobAt(~range.Offset).ReadOnly;
        }
    }

    /// <summary>True when the argument was received into a blob that the command may keep without a copy.</summary>
    public bool IsBlob(int index) => _ranges[index].Offset < 0;

    /// <summary>
    /// The argument's blob with a reference for the caller. The request keeps its own until it is done: logs still
    /// show the argument then.
    /// </summary>
    public Memory.Blob TakeBlob(int index)
    {
        Memory.Blob blob = _list.BlobAt(~_ranges[index].Offset);
        blob.AddRef();
        return blob;
    }

    private long SumOfBytes()
    {
        long sum = 0;
        foreach (ArgRange range in _ranges) sum += range.Length;
        return sum;
    }
}
