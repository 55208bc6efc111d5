// A snapshot on its way from the primary: "$<length>\r\n" and so many bytes, or "$EOF:<40 characters>\r\n" and bytes
// up to those 40 characters. In front of it come empty lines, signs of life while it is prepared.

using System.Text;
using FastShard.Protocol;

namespace FastShard.Replication.Replica;

/// <summary>Finds the snapshot in what comes, whatever piece of it has come.</summary>
public sealed class TransferReader
{
    private const int MarkBytes = 40;
    private const int LineBytesMax = 128;

    private byte[]? _mark;
    private long _left = -1;

    /// <summary>All of it was read.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why it makes no sense; null while it does.</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes of the snapshot; -1 = not known before its end.</summary>
    public long TotalBytes { get; private set; } = -1;

    /// <summary>Bytes of it read so far.</summary>
    public long ReadBytes { get; private set; }

    /// <summary>The head was read.</summary>
    public bool HasBegun => _mark is not null || _left >= 0;

    /// <summary>
    /// Reads from the front of what has come: which part of it is the snapshot's, and how much is done with. What is
    /// not comes again, with more behind it.
    /// </summary>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> bytes, out int done)
    {
        done = 0;
        while (!HasBegun && Error is null)
        {
            int end = bytes[done..].IndexOf((byte)'\n');
            if (end < 0)
            {
                if (bytes.Length - done > LineBytesMax) Error = "a head without an end";
                return [];
            }
            ReadOnlySpan<byte> line = bytes.Slice(done, end).TrimEnd((byte)'\r');
            done += end + 1;
            if (!line.IsEmpty) Begin(line);
        }
        if (Error is not null) return [];
        if (_left == 0) IsComplete = true;
        ReadOnlySpan<byte> payload = _mark is null ? Measured(bytes[done..]) : Marked(bytes[done..], _mark);
        done += payload.Length;
        if (IsComplete && _mark is not null) done += MarkBytes;
        ReadBytes += payload.Length;
        return payload;
    }

    private void Begin(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("$EOF:"u8) && line.Length == 5 + MarkBytes) _mark = line[5..].ToArray();
        else if (line[0] == '$' && Numbers.TryParseInt64(line[1..], out long length) && length >= 0)
            TotalBytes = _left = length;
        else Error = $"no head of a snapshot: {Encoding.Latin1.GetString(line)}";
    }

    private ReadOnlySpan<byte> Measured(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> payload = bytes[..(int)Math.Min(bytes.Length, _left)];
        _left -= payload.Length;
        if (_left == 0) IsComplete = true;
        return payload;
    }

    private ReadOnlySpan<byte> Marked(ReadOnlySpan<byte> bytes, byte[] mark)
    {
        int at = bytes.IndexOf(mark);
        if (at < 0) return bytes[..Math.Max(0, bytes.Length - MarkBytes + 1)];
        IsComplete = true;
        return bytes[..at];
    }
}
