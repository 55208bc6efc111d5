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

    /// <summary>Arguments <paramref name="start"/>.. of <paramref name="list"/> over <paramref name="buffer"/>.</summary>
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

    /// <summary>Takes the blob out of the request: the caller owns its one reference.</summary>
    public Memory.Blob TakeBlob(int index) => _list.TakeBlob(~_ranges[index].Offset);
}
