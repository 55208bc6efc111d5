using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using FastShard.Memory;

namespace FastShard.Protocol;

/// <summary>
/// The writing room: replies in RESP2 or RESP3 to a <see cref="ReplyBuffer"/>. A small mutable struct, passed by ref.
/// Each method writes one reply, or the head of one whose elements follow.
/// </summary>
public ref struct ReplyWriter
{
    // "\r\n" at the byte the last digit ends.
    private const ulong Crlf = '\r' | ((ulong)'\n' << 8);

    // A head is at most a type, ten digits and CRLF; it is written as whole words, so it needs room for 16 bytes.
    private const int HeadRoom = 16;
    private const int NumberRoom = 32;
    private const int PlaceholderBytes = 4;

    private readonly ReplyBuffer _buffer;

    public ReplyWriter(ReplyBuffer buffer, RespVersion version)
    {
        _buffer = buffer;
        Version = version;
    }

    public RespVersion Version { get; set; }

    public readonly ReplyBuffer Buffer => _buffer;

    private readonly bool IsResp3 => Version == RespVersion.Resp3;

    public readonly void Ok()
    {
        Span<byte> target = _buffer.Reserve(8);
        BinaryPrimitives.WriteUInt64LittleEndian(
            target, '+' | ((ulong)'O' << 8) | ((ulong)'K' << 16) | (Crlf << 24));
        _buffer.Commit(5);
    }

    /// <summary>A status such as PONG; it must not hold CR or LF.</summary>
    public readonly void SimpleString(ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <summary>An error: code and text without the minus, e.g. "ERR syntax error". CR and LF become blanks.</summary>
    public readonly void Error(ReadOnlySpan<byte> codeAndText)
    {
        int length = codeAndText.Length;
        Span<byte> target = _buffer.Reserve(length + 3)[..(length + 3)];
        target[0] = (byte)'-';
        Span<byte> body = target.Slice(1, length);
        codeAndText.CopyTo(body);
        body.Replace((byte)'\r', (byte)' ');
        body.Replace((byte)'\n', (byte)' ');
        target[length + 1] = (byte)'\r';
        target[length + 2] = (byte)'\n';
        _buffer.Commit(length + 3);
    }

    /// <summary>An error from a managed string: cold paths.</summary>
    public readonly void Error(string codeAndText) => Error(Encoding.UTF8.GetBytes(codeAndText));

    public readonly void Integer(long value)
    {
        if ((ulong)value < 100)
        {
            Head((byte)':', (int)value);
            return;
        }
        Span<byte> target = _buffer.Reserve(NumberRoom);
        target[0] = (byte)':';
        int end = 1 + Numbers.FormatInt64(value, target[1..]);
        target[end] = (byte)'\r';
        target[end + 1] = (byte)'\n';
        _buffer.Commit(end + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Bulk(ReadOnlySpan<byte> value) => Sized((byte)'$', value);

    /// <summary>An integer as a bulk string, as GET replies it.</summary>
    public readonly void BulkInteger(long value)
    {
        Span<byte> text = stackalloc byte[Numbers.MaxInt64Bytes];
        Bulk(text[..Numbers.FormatInt64(value, text)]);
    }

    /// <summary>A whole blob as a bulk string, by reference.</summary>
    public readonly void Blob(Blob blob) => BlobRange(blob, 0, blob.Length);

    /// <summary>A part of a blob as a bulk string; a large part by reference.</summary>
    public readonly void BlobRange(Blob blob, int offset, int length)
    {
        Head((byte)'$', length);
        _buffer.AppendBlob(blob, offset, length);
        _buffer.Append("\r\n"u8);
    }

    /// <summary>No value: RESP3 "_", RESP2 a null bulk string.</summary>
    public readonly void Null() => _buffer.Append(IsResp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>No array: RESP3 "_", RESP2 a null array.</summary>
    public readonly void NullArray() => _buffer.Append(IsResp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    public readonly void Array(int count) => Head((byte)'*', count);

    /// <summary>Keys and values in turn follow: an array of twice the pairs in RESP2.</summary>
    public readonly void Map(int pairs)
    {
        if (IsResp3) Head((byte)'%', pairs);
        else Head((byte)'*', 2 * pairs);
    }

    public readonly void Set(int count) => Head(IsResp3 ? (byte)'~' : (byte)'*', count);

    /// <summary>An out-of-band message: an array in RESP2.</summary>
    public readonly void Push(int count) => Head(IsResp3 ? (byte)'>' : (byte)'*', count);

    /// <summary>
    /// Attributes of the reply that follows. RESP2 has none: the caller writes neither head nor pairs there.
    /// </summary>
    public readonly void Attribute(int pairs) => Head((byte)'|', pairs);

    /// <summary>
    /// RESP3 a double, RESP2 its text as a bulk string, in the fewest digits that read back the same.
    /// </summary>
    public readonly void Double(double value)
    {
        Span<byte> text = stackalloc byte[Numbers.MaxDoubleBytes];
        DoubleText(text[..Numbers.FormatDouble(value, text)]);
    }

    /// <summary>A double whose text is already made (a fixed number of digits).</summary>
    public readonly void DoubleText(ReadOnlySpan<byte> text)
    {
        if (IsResp3) Line((byte)',', text);
        else Bulk(text);
    }

    /// <summary>RESP3 "#t" or "#f", RESP2 the integer 1 or 0.</summary>
    public readonly void Boolean(bool value)
    {
        if (IsResp3) _buffer.Append(value ? "#t\r\n"u8 : "#f\r\n"u8);
        else Integer(value ? 1 : 0);
    }

    /// <summary>RESP3 a big number, RESP2 a bulk string of its digits.</summary>
    public readonly void BigNumber(ReadOnlySpan<byte> digits)
    {
        if (IsResp3) Line((byte)'(', digits);
        else Bulk(digits);
    }

    /// <summary>RESP3 a text with its format ("txt", "mkd"), RESP2 a bulk string.</summary>
    public readonly void Verbatim(ReadOnlySpan<byte> threeLetterFormat, ReadOnlySpan<byte> text)
    {
        if (!IsResp3)
        {
            Bulk(text);
            return;
        }
        Head((byte)'=', text.Length + 4);
        _buffer.Append(threeLetterFormat[..3]);
        _buffer.Append(":"u8);
        _buffer.Append(text);
        _buffer.Append("\r\n"u8);
    }

    /// <summary>A bulk string from a managed string: cold paths.</summary>
    public readonly void Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        Head((byte)'$', length);
        Encoding.UTF8.GetBytes(text, _buffer.Reserve(length));
        _buffer.Commit(length);
        _buffer.Append("\r\n"u8);
    }

    /// <summary>Bytes that are a reply already.</summary>
    public readonly void Raw(ReadOnlySpan<byte> bytes) => _buffer.Append(bytes);

    public readonly DeferredLength DeferArray() => Defer((byte)'*', 1);

    public readonly DeferredLength DeferMap() => IsResp3 ? Defer((byte)'%', 1) : Defer((byte)'*', 2);

    public readonly DeferredLength DeferSet() => Defer(IsResp3 ? (byte)'~' : (byte)'*', 1);

    public readonly DeferredLength DeferPush() => Defer(IsResp3 ? (byte)'>' : (byte)'*', 1);

    /// <summary>
    /// Sets the length of a deferred aggregate (a map's in pairs). Below ten it is one byte; a longer one moves what
    /// was written since by its digits.
    /// </summary>
    public readonly void SetDeferred(DeferredLength deferred, int count)
    {
        Span<byte> head = stackalloc byte[HeadRoom];
        int length = WriteHead(head, deferred.Type, count * deferred.ElementsPerItem);
        // The placeholder is a head of one digit; what the true head has more is put in before it.
        if (length > PlaceholderBytes) _buffer.Insert(deferred.Mark, head[PlaceholderBytes..length]);
        _buffer.Overwrite(deferred.Mark, head[..length]);
    }

    private readonly DeferredLength Defer(byte type, int elementsPerItem)
    {
        var deferred = new DeferredLength(_buffer.Mark(), type, elementsPerItem);
        Head(type, 0);
        return deferred;
    }

    private readonly void Head(byte type, int count)
    {
        _buffer.Commit(WriteHead(_buffer.Reserve(HeadRoom), type, count));
    }

    private readonly void Line(byte type, ReadOnlySpan<byte> text)
    {
        Span<byte> target = _buffer.Reserve(text.Length + 3)[..(text.Length + 3)];
        target[0] = type;
        text.CopyTo(target[1..]);
        target[text.Length + 1] = (byte)'\r';
        target[text.Length + 2] = (byte)'\n';
        _buffer.Commit(text.Length + 3);
    }

    private readonly void Sized(byte type, ReadOnlySpan<byte> value)
    {
        Span<byte> target = _buffer.Reserve(value.Length + HeadRoom + 2);
        int head = WriteHead(target, type, value.Length);
        value.CopyTo(target[head..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target[(head + value.Length)..], (ushort)Crlf);
        _buffer.Commit(head + value.Length + 2);
    }

    /// <summary>Writes "tN\r\n" and returns its length; up to 8 bytes past the end are scribbled on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WriteHead(Span<byte> target, byte type, int count)
    {
        if ((uint)count < 10)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(
                target, type | (('0' + (uint)count) << 8) | ((uint)Crlf << 16));
            return 4;
        }
        if ((uint)count < 100)
        {
            (uint tens, uint ones) = Math.DivRem((uint)count, 10);
            BinaryPrimitives.WriteUInt64LittleEndian(
                target, type | (('0' + tens) << 8) | (('0' + ones) << 16) | (Crlf << 24));
            return 5;
        }
        return WriteLongHead(target, type, count);
    }

    private static int WriteLongHead(Span<byte> target, byte type, int count)
    {
        target[0] = type;
        int end = 1 + Numbers.FormatInt64(count, target[1..]);
        BinaryPrimitives.WriteUInt16LittleEndian(target[end..], (ushort)Crlf);
        return end + 2;
    }
}
