using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using FastShard.Memory;
using FastShard.Native.Diagnostics;

namespace FastShard.Protocol;

/// <summary>
/// The reading room: turns received bytes into requests, one a call, without copying. One per connection.
///
/// The bytes may be cut anywhere. The reader keeps its place (position, arguments left, length of the bulk it is in,
/// how far a line was searched), so no byte is looked at twice: a million arguments arriving in pieces cost O(n).
/// Between two calls the caller may append to the buffer, grow it, or compact it (then Shift).
///
/// What redis accepts is accepted: the bytes after a bulk and the one after a header's CR are skipped unread, empty
/// lines and "*0" are passed over, a NUL hides the rest of a line. What it refuses is refused with its words. One
/// thing is stricter: a line over 64 KB is refused even if its end arrived in the same packet, so that the
/// fragmentation never decides.
///
/// A large value that is not wholly received is asked for as a blob (NeedBlob): the caller moves
/// buffer[Position, end) into a blob of PendingBlobLength bytes, truncates the buffer to Position, receives the rest
/// straight into the blob, hands it over with SupplyBlob and goes on.
/// </summary>
public sealed class RequestReader
{
    /// <summary>Bulks of at least this many bytes are received into blobs.</summary>
    public const int BlobThreshold = Blob.Threshold;

    private const int Unknown = -1;

    // "*N\r\n" and "$N\r\n" as one little-endian word, with the digit masked out.
    private const uint OneDigitMask = 0xFFFF00FF;
    private const uint OneDigitArray = '*' | ((uint)'\r' << 16) | ((uint)'\n' << 24);
    private const uint OneDigitBulk = '$' | ((uint)'\r' << 16) | ((uint)'\n' << 24);

    // Spans count in ints, and a bulk's CRLF is counted with it.
    private const int BulkBytesCeiling = int.MaxValue - 64 * 1024;

    private RequestLimits _limits = RequestLimits.Default;
    private int _quickBulkBytes = RequestLimits.MaxUnauthenticatedBulkBytes;
    private int _position;
    private int _remaining;
    private int _bulkLength = Unknown;
    private int _searched;
    private int _requestStart;
    private int _argStart;
    private bool _blobSupplied;
    private ProtocolError _error;

    /// <summary>The first byte not consumed yet; after Complete the start of the next request.</summary>
    public int Position => _position;

    /// <summary>Index of the first argument of the request that is being read or was just completed.</summary>
    public int RequestArgStart => _argStart;

    /// <summary>The buffer must keep its bytes from here on; those before belong to completed requests.</summary>
    public int RequestStart => _remaining > 0 ? _requestStart : _position;

    /// <summary>After NeedMore: at least this many bytes have to come. What to grow the buffer by.</summary>
    public int MissingBytes { get; private set; }

    /// <summary>After NeedBlob: the length of the value, of which the buffer holds what follows Position.</summary>
    public int PendingBlobLength => _blobSupplied ? 0 : Math.Max(_bulkLength, 0);

    public ProtocolError Error => _error;

    public RequestLimits Limits
    {
        get => _limits;
        set
        {
            _limits = value;
            _quickBulkBytes = (int)Math.Min(value.MaxBulkBytes, RequestLimits.MaxUnauthenticatedBulkBytes);
        }
    }

    /// <summary>Starts at a new request; whatever was read of an unfinished one is forgotten.</summary>
    public void Begin(int position)
    {
        _position = position;
        _remaining = 0;
        _bulkLength = Unknown;
        _searched = position;
        _blobSupplied = false;
        _error = default;
    }

    /// <summary>
    /// The buffer was compacted: its bytes lie <paramref name="delta"/> lower. Moves the position and the arguments of
    /// the unfinished request; those of completed requests must have been used by now.
    /// </summary>
    public void Shift(int delta, ArgList args)
    {
        Invariant.Check(delta >= 0 && delta <= RequestStart);
        if (delta == 0) return;
        _position -= delta;
        _searched = Math.Max(_searched - delta, 0);
        _requestStart -= delta;
        if (_remaining > 0) args.Shift(_argStart, delta);
    }

    /// <summary>Drops the arguments of completed requests; those of the unfinished one move to index 0.</summary>
    public void DropCompleted(ArgList args)
    {
        args.DropFirst(_remaining > 0 ? _argStart : args.Count);
        _argStart = 0;
    }

    /// <summary>
    /// Reads one request, or goes on with it, and appends its arguments. <paramref name="buffer"/> is the whole receive
    /// buffer from offset 0. Quoted inline arguments are unescaped in place.
    /// </summary>
    public ReadStatus Read(Span<byte> buffer, ArgList args)
    {
        if (_remaining == 0)
        {
            _argStart = args.Count;
            int position = _position;
            if (buffer.Length - position >= 4)
            {
                uint head = BinaryPrimitives.ReadUInt32LittleEndian(buffer[position..]);
                uint count = ((head >> 8) & 0xFF) - '0';
                if ((head & OneDigitMask) == OneDigitArray && count - 1 < 9)
                {
                    _requestStart = position;
                    _position = position + 4;
                    _remaining = (int)count;
                    return ReadArguments(buffer, args);
                }
            }
            ReadStatus status = ReadRequestStart(buffer, args);
            if (_remaining == 0) return status;
        }
        return ReadArguments(buffer, args);
    }

    /// <summary>Hands over the value asked for by NeedBlob; its reference becomes the list's.</summary>
    public void SupplyBlob(ArgList args, Blob blob)
    {
        Invariant.Check(_remaining > 0 && _bulkLength >= 0 && !_blobSupplied && blob.Length == _bulkLength);
        args.AddBlob(blob);
        _blobSupplied = true;
    }

    private ReadStatus ReadArguments(Span<byte> buffer, ArgList args)
    {
        if (_bulkLength != Unknown)
        {
            if (!FinishBulk(buffer, args, out ReadStatus unfinished)) return unfinished;
            _remaining--;
        }
        int position = _position;
        int remaining = _remaining;
        while (remaining > 0)
        {
            int length = QuickHeader(buffer, ref position);
            if (length < 0)
            {
                _position = position;
                _remaining = remaining;
                ReadStatus status = ReadBulkHeader(buffer, out length);
                if (status != ReadStatus.Complete) return status;
                position = _position;
            }
            if (length + 2 > buffer.Length - position)
            {
                _position = position;
                _bulkLength = length;
                _remaining = remaining;
                return Unfinished(buffer);
            }
            args.Add(position, length);
            position += length + 2;
            remaining--;
        }
        _position = position;
        _remaining = 0;
        return ReadStatus.Complete;
    }

    /// <summary>
    /// The header of a bulk of ordinary length, wholly there: returns the length and moves the position to the bulk.
    /// -1 and an unchanged position for all else, which the slow way judges.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int QuickHeader(ReadOnlySpan<byte> buffer, ref int position)
    {
        if (buffer.Length - position < 4) return -1;
        uint head = BinaryPrimitives.ReadUInt32LittleEndian(buffer[position..]);
        int length = (byte)(head >> 8) - '0';
        if ((head & OneDigitMask) == OneDigitBulk && (uint)length <= 9)
        {
            if (length > _quickBulkBytes) return -1;
            position += 4;
            return length;
        }
        if ((byte)head != '$' || length is < 1 or > 9) return -1;
        int at = position + 2;
        while (true)
        {
            int digit = buffer[at++] - '0';
            if ((uint)digit > 9)
            {
                if (digit != '\r' - '0' || at >= buffer.Length) return -1;
                position = at + 1;
                return length;
            }
            length = (length * 10) + digit;
            if (length > _quickBulkBytes || at >= buffer.Length) return -1;
        }
    }

    /// <summary>Goes on with the bulk that the last bytes ended in.</summary>
    private bool FinishBulk(Span<byte> buffer, ArgList args, out ReadStatus status)
    {
        int rest = _blobSupplied ? 2 : _bulkLength + 2;
        if (rest > buffer.Length - _position)
        {
            status = Unfinished(buffer);
            return false;
        }
        if (!_blobSupplied) args.Add(_position, _bulkLength);
        _position += rest;
        _bulkLength = Unknown;
        _blobSupplied = false;
        status = ReadStatus.Complete;
        return true;
    }

    private ReadStatus Unfinished(Span<byte> buffer)
    {
        int present = buffer.Length - _position;
        if (!_blobSupplied && _bulkLength >= BlobThreshold && present < _bulkLength) return ReadStatus.NeedBlob;
        MissingBytes = (_blobSupplied ? 2 : _bulkLength + 2) - present;
        return ReadStatus.NeedMore;
    }

    /// <summary>Reads an inline request, or a multibulk count that is not one digit, passing over empty ones.</summary>
    private ReadStatus ReadRequestStart(Span<byte> buffer, ArgList args)
    {
        while (_position < buffer.Length)
        {
            ReadStatus status = buffer[_position] == '*' ? ReadArrayHeader(buffer) : ReadInline(buffer, args);
            if (status != ReadStatus.Complete || _remaining > 0 || args.Count > _argStart) return status;
        }
        return NeedMore(1);
    }

    private ReadStatus ReadArrayHeader(Span<byte> buffer)
    {
        ReadStatus status = ReadHeaderLine(buffer, ProtocolErrorKind.TooBigMultibulkCount, out int end);
        if (status != ReadStatus.Complete) return status;
        if (!Numbers.TryParseInt64(buffer[(_position + 1)..end], out long count) || count > _limits.MaxArguments)
            return Fail(ProtocolErrorKind.InvalidMultibulkLength);
        if (count > RequestLimits.MaxUnauthenticatedArguments && !_limits.Authenticated)
            return Fail(ProtocolErrorKind.UnauthenticatedMultibulkLength);
        _requestStart = _position;
        _position = end + 2;
        _remaining = (int)Math.Max(count, 0);
        return ReadStatus.Complete;
    }

    private ReadStatus ReadBulkHeader(Span<byte> buffer, out int length)
    {
        length = Unknown;
        ReadStatus status = ReadHeaderLine(buffer, ProtocolErrorKind.TooBigBulkCount, out int end);
        if (status != ReadStatus.Complete) return status;
        if (buffer[_position] != '$') return Fail(ProtocolErrorKind.ExpectedDollar, buffer[_position]);
        if (!Numbers.TryParseInt64(buffer[(_position + 1)..end], out long parsed)
            || parsed < 0 || parsed > Math.Min(_limits.MaxBulkBytes, BulkBytesCeiling))
        {
            return Fail(ProtocolErrorKind.InvalidBulkLength);
        }
        if (parsed > RequestLimits.MaxUnauthenticatedBulkBytes && !_limits.Authenticated)
            return Fail(ProtocolErrorKind.UnauthenticatedBulkLength);
        length = (int)parsed;
        _position = end + 2;
        return ReadStatus.Complete;
    }

    private ReadStatus ReadInline(Span<byte> buffer, ArgList args)
    {
        int newline = FindInLine(buffer, (byte)'\n');
        if (newline < 0) return LineUnfinished(buffer, ProtocolErrorKind.TooBigInline);
        int end = newline > _position && buffer[newline - 1] == '\r' ? newline - 1 : newline;
        if (!InlineSplitter.TrySplit(buffer, _position, end, args)) return Fail(ProtocolErrorKind.UnbalancedQuotes);
        _position = newline + 1;
        return ReadStatus.Complete;
    }

    /// <summary>Finds the CR of a header line; the byte after it must be there too, but is not looked at.</summary>
    private ReadStatus ReadHeaderLine(Span<byte> buffer, ProtocolErrorKind tooBig, out int end)
    {
        end = FindInLine(buffer, (byte)'\r');
        if (end < 0) return LineUnfinished(buffer, tooBig);
        return end + 1 < buffer.Length ? ReadStatus.Complete : NeedMore(1);
    }

    private int FindInLine(ReadOnlySpan<byte> buffer, byte terminator)
    {
        int from = Math.Max(_searched, _position);
        int limit = (int)Math.Min(buffer.Length, _position + RequestLimits.MaxLineBytes + 1L);
        int found = buffer[from..limit].IndexOfAny(terminator, (byte)0);
        if (found >= 0 && buffer[from + found] == terminator) return from + found;
        _searched = found >= 0 ? from + found : limit;
        return -1;
    }

    private ReadStatus LineUnfinished(ReadOnlySpan<byte> buffer, ProtocolErrorKind tooBig) =>
        buffer.Length - _position > RequestLimits.MaxLineBytes ? Fail(tooBig) : NeedMore(1);

    private ReadStatus NeedMore(int missing)
    {
        MissingBytes = missing;
        return ReadStatus.NeedMore;
    }

    private ReadStatus Fail(ProtocolErrorKind kind, byte got = 0)
    {
        _error = new ProtocolError(kind, got);
        return ReadStatus.Broken;
    }
}
