using System.Globalization;
using System.Text;

namespace FastShard.UnitTests.Protocol.Replies;

/// <summary>
/// A strict reader of RESP2 and RESP3 for tests: turns replies into text, one a line. Aggregates carry their sign and
/// elements: *[a b], %[k v], ~[x], >[p], |[k v].
/// </summary>
internal ref struct ReplyText
{
    private ReadOnlySpan<byte> _rest;

    public static List<string> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var reader = new ReplyText { _rest = bytes };
        var replies = new List<string>();
        while (!reader._rest.IsEmpty) replies.Add(reader.Read());
        return replies;
    }

    private string Read()
    {
        string line = Line();
        string text = line[1..];
        switch (line[0])
        {
            case '+' or '-' or ':' or ',' or '(' or '#':
                return line;
            case '_':
                return text.Length == 0 ? "_" : throw new FormatException(line);
            case '$' or '=':
                return text == "-1" ? "null" : line[0] + Payload(Count(text));
            case '*' when text == "-1":
                return "null array";
            case '%' or '|':
                return Elements(line[0], 2 * Count(text));
            case '*' or '~' or '>':
                return Elements(line[0], Count(text));
            default:
                throw new FormatException(line);
        }
    }

    private static int Count(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private string Elements(char type, int count)
    {
        var elements = new List<string>();
        for (int i = 0; i < count; i++) elements.Add(Read());
        return $"{type}[{string.Join(' ', elements)}]";
    }

    private string Line()
    {
        int end = _rest.IndexOf("\r\n"u8);
        string line = Encoding.Latin1.GetString(_rest[..end]);
        _rest = _rest[(end + 2)..];
        return line;
    }

    private string Payload(int length)
    {
        string payload = Encoding.Latin1.GetString(_rest[..length]);
        if (!_rest[length..].StartsWith("\r\n"u8)) throw new FormatException("no CRLF after a payload");
        _rest = _rest[(length + 2)..];
        return payload;
    }
}
