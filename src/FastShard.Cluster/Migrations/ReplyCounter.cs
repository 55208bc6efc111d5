using System.Text;

namespace FastShard.Cluster.Migrations;

/// <summary>
/// Counts the replies in a stream of RESP2 without keeping them, but for the first error: what was sent down a
/// connection is acknowledged by its replies.
/// </summary>
public sealed class ReplyCounter
{
    private const int LineBytesMax = 512;

    private readonly byte[] _line = new byte[LineBytesMax];
    private int _lineLength;
    private long _skip; // bytes of a bulk string, with its end, that are still to come
    private long _left = 1; // values that are missing to a whole reply

    /// <summary>Whole replies.</summary>
    public long Count { get; private set; }

    /// <summary>The first that was an error, without its mark.</summary>
    public string? Error { get; private set; }

    /// <summary>The bytes make no sense.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Gives the first error, and forgets it.</summary>
    public string? TakeError()
    {
        string? error = Error;
        Error = null;
        return error;
    }

    /// <summary>Takes what has come.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsBroken)
        {
            if (_skip > 0)
            {
                int step = (int)Math.Min(_skip, bytes.Length);
                bytes = bytes[step..];
                _skip -= step;
                if (_skip == 0) EndValue();
                continue;
            }
            int end = bytes.IndexOf((byte)'\n');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            int kept = Math.Min(part.Length, LineBytesMax - _lineLength);
            part[..kept].CopyTo(_line.AsSpan(_lineLength));
            _lineLength += kept;
            bytes = bytes[(end < 0 ? bytes.Length : end + 1)..];
            if (end >= 0) TakeLine();
        }
    }

    private void TakeLine()
    {
        ReadOnlySpan<byte> line = _line.AsSpan(0, _lineLength).TrimEnd((byte)'\r');
        _lineLength = 0;
        if (line.IsEmpty)
        {
            IsBroken = true;
            return;
        }
        ReadOnlySpan<byte> rest = line[1..];
        switch (line[0])
        {
            case (byte)'-':
                Error ??= Encoding.Latin1.GetString(rest);
                EndValue();
                break;
            case (byte)'+' or (byte)':' or (byte)'_' or (byte)'#' or (byte)',':
                EndValue();
                break;
            case (byte)'$' when TryNumber(rest, out long length):
                if (length < 0) EndValue();
                else _skip = length + 2;
                break;
            case (byte)'*' when TryNumber(rest, out long count):
                _left += Math.Max(count, 0);
                EndValue();
                break;
            default:
                IsBroken = true;
                break;
        }
    }

    private void EndValue()
    {
        if (--_left > 0) return;
        _left = 1;
        Count++;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long number) =>
        System.Buffers.Text.Utf8Parser.TryParse(text, out number, out int used) && used == text.Length;
}
