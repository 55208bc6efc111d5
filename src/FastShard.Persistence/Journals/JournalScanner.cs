using FastShard.Protocol;

namespace FastShard.Persistence.Journals;

/// <summary>
/// Reads a journal's requests one by one. Stricter than the reader of clients' requests: nothing but arrays of bulk
/// strings, and notes between them.
/// </summary>
public static class JournalScanner
{
    private const int ArgumentsMax = 1024 * 1024 * 1024;
    private const int LineBytesMax = 64;
    private const int NoteBytesMax = 1024;

    /// <summary>
    /// Reads what begins at <paramref name="at"/>, and moves that behind it. The arguments are appended as ranges of
    /// <paramref name="bytes"/>.
    /// </summary>
    public static ScanStatus Scan(ReadOnlySpan<byte> bytes, ref int at, ArgList arguments)
    {
        if (at == bytes.Length) return ScanStatus.Incomplete;
        int position = at;
        ScanStatus status = bytes[at] == '#'
            ? ScanNote(bytes, ref position)
            : ScanRequest(bytes, ref position, arguments);
        if (status is ScanStatus.Request or ScanStatus.Note) at = position;
        return status;
    }

    private static ScanStatus ScanNote(ReadOnlySpan<byte> bytes, ref int position)
    {
        int end = bytes[position..].IndexOf((byte)'\n');
        if (end < 0) return bytes.Length - position > NoteBytesMax ? ScanStatus.Malformed : ScanStatus.Incomplete;
        position += end + 1;
        return ScanStatus.Note;
    }

    private static ScanStatus ScanRequest(ReadOnlySpan<byte> bytes, ref int position, ArgList arguments)
    {
        ScanStatus status = ScanNumber(bytes, ref position, (byte)'*', out long count);
        if (status != ScanStatus.Request) return status;
        if (count is < 1 or > ArgumentsMax) return ScanStatus.Malformed;
        for (long index = 0; index < count; index++)
        {
            status = ScanNumber(bytes, ref position, (byte)'$', out long length);
            if (status != ScanStatus.Request) return status;
            if (length is < 0 or > int.MaxValue - 2) return ScanStatus.Malformed;
            if (bytes.Length - position < length + 2) return ScanStatus.Incomplete;
            if (bytes[position + (int)length] != '\r') return ScanStatus.Malformed;
            arguments.Add(position, (int)length);
            position += (int)length + 2;
        }
        return ScanStatus.Request;
    }

    private static ScanStatus ScanNumber(ReadOnlySpan<byte> bytes, ref int position, byte mark, out long number)
    {
        number = 0;
        ReadOnlySpan<byte> rest = bytes[position..];
        if (rest.IsEmpty) return ScanStatus.Incomplete;
        if (rest[0] != mark) return ScanStatus.Malformed;
        int end = rest.IndexOf((byte)'\n');
        if (end < 0) return rest.Length > LineBytesMax ? ScanStatus.Malformed : ScanStatus.Incomplete;
        if (end < 3 || rest[end - 1] != '\r' || !Numbers.TryParseInt64(rest[1..(end - 1)], out number))
            return ScanStatus.Malformed;
        position += end + 1;
        return ScanStatus.Request;
    }
}
