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

    /// <summary>
    /// The request as it was received, where it stands in one piece and is byte for byte what anybody would write for
    /// it: an array of two or more bulk strings. The reader accepts more than that.
    /// </summary>
    public bool TryGetRequest(out ReadOnlySpan<byte> request)
    {
        request = default;
        if (_ranges.Length < 2 || _list.BlobCount > 0) return false;
        int at = _ranges[0].Offset - HeadBytes(_ranges[0].Length) - HeadBytes(_ranges.Length);
        int start = at;
        if (start < 0 || !TrySkipHead(ref at, (byte)'*', _ranges.Length)) return false;
        foreach (ArgRange range in _ranges)
        {
            if (!TrySkipHead(ref at, (byte)'$', range.Length) || at != range.Offset) return false;
            at += range.Length + 2;
            if (at > _buffer.Length || _buffer[at - 2] != '\r' || _buffer[at - 1] != '\n') return false;
        }
        request = _buffer[start..at];
        return true;
    }

    // "$5\r\n"
    private bool TrySkipHead(ref int at, byte kind, int number)
    {
        int end = at + HeadBytes(number);
        if (end > _buffer.Length || _buffer[at] != kind || _buffer[end - 2] != '\r' || _buffer[end - 1] != '\n')
            return false;
        uint left = (uint)number;
        for (int digit = end - 3; digit > at; digit--, left /= 10)
        {
            if (_buffer[digit] != '0' + (left % 10)) return false;
        }
        at = end;
        return true;
    }

    private static int HeadBytes(int number)
    {
        int bytes = 4;
        for (uint left = (uint)number; left >= 10; left /= 10) bytes++;
        return bytes;
    }

    private long SumOfBytes()
    {
        long sum = 0;
        foreach (ArgRange range in _ranges) sum += range.Length;
        return sum;
    }
}
