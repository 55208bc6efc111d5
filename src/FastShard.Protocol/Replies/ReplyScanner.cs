namespace FastShard.Protocol;

/// <summary>
/// Finds where a reply of RESP2 or RESP3 ends, while its bytes come: for whoever passes replies on. It knows shapes
/// and no meanings, and goes on where it was, however often it is asked.
/// </summary>
public sealed class ReplyScanner
{
    // Deeper counts than these come from no server: the sum of what is missing must not overflow.
    private const long MostElements = 1L << 32;

    private int _offset;
    private long _left = 1;

    /// <summary>Bytes of the reply that are known to be missing: how much room to make for them.</summary>
    public int MissingBytes { get; private set; }

    /// <summary>
    /// Goes on in <paramref name="bytes"/>, which begin where the reply begins. When it is complete, <paramref
    /// name="length"/> is its length, and the scanner is ready for the next one.
    /// </summary>
    public ReplyScan Scan(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        MissingBytes = 0;
        while (_left > 0)
        {
            int line = bytes[_offset..].IndexOf((byte)'\n');
            if (line < 0) return ReplyScan.NeedMore;
            if (line < 2 || bytes[_offset + line - 1] != '\r') return ReplyScan.Broken;
            ReadOnlySpan<byte> head = bytes.Slice(_offset, line - 1);
            if (!TryMeasure(head, out long elements, out long payload)) return ReplyScan.Broken;
            long end = _offset + line + 1 + payload;
            if (end > bytes.Length)
            {
                if (end > int.MaxValue) return ReplyScan.Broken;
                MissingBytes = (int)end - bytes.Length;
                return ReplyScan.NeedMore;
            }
            _offset = (int)end;
            _left += elements - 1;
            if (_left > MostElements) return ReplyScan.Broken;
        }
        length = _offset;
        Restart();
        return ReplyScan.Complete;
    }

    /// <summary>Forgets what it has seen: another reply follows.</summary>
    public void Restart()
    {
        _offset = 0;
        _left = 1;
        MissingBytes = 0;
    }

    // Elements that follow the line, and bytes that belong to it.
    private static bool TryMeasure(ReadOnlySpan<byte> head, out long elements, out long payload)
    {
        elements = payload = 0;
        switch (head[0])
        {
            case (byte)'+' or (byte)'-' or (byte)':' or (byte)'_' or (byte)'#' or (byte)',' or (byte)'(':
                return true;
            case (byte)'$' or (byte)'=' or (byte)'!':
                if (!TryCount(head[1..], out long bytes)) return false;
                payload = bytes < 0 ? 0 : bytes + 2;
                return true;
            case (byte)'*' or (byte)'~' or (byte)'>':
                if (!TryCount(head[1..], out long count)) return false;
                elements = Math.Max(0, count);
                return true;
            case (byte)'%':
                if (!TryCount(head[1..], out long pairs)) return false;
                elements = 2 * Math.Max(0, pairs);
                return true;
            case (byte)'|':
                // Attributes stand in front of an element and are none themselves.
                if (!TryCount(head[1..], out long attributes)) return false;
                elements = (2 * Math.Max(0, attributes)) + 1;
                return true;
            default:
                return false;
        }
    }

    private static bool TryCount(ReadOnlySpan<byte> digits, out long count) =>
        Numbers.TryParseInt64(digits, out count) && count is >= -1 and <= int.MaxValue;
}
