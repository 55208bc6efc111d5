using System.Globalization;
using System.Text;
using FastShard.Memory;

namespace FastShard.CommandTests.Harness;

/// <summary>
/// A reply on one line, unambiguous and the same for both protocols where they say the same:
/// <code>
///   OK                       a status          "a\x00\"b"          a bulk string, escaped as redis-cli does
///   (error) ERR syntax error                   (nil)               both protocols' nulls
///   42                       an integer        ["a", (nil), 3]     an array, [] an empty one
///   (double) 1.5  (true)  (big) 9  (txt) "x"   {"k": 1}  ~["a"]  >["p", 1]  maps, sets and pushes of RESP3
/// </code>
/// </summary>
internal ref struct ReplyText
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Takes one reply from the front of the buffer.</summary>
    public static string Take(ReplyBuffer buffer)
    {
        using MemoryStream bytes = new();
        while (buffer.Length > 0)
        {
            ReadOnlySpan<byte> piece = buffer.Peek();
            bytes.Write(piece);
            buffer.Consume(piece.Length);
        }
        ReplyText text = new() { _rest = bytes.ToArray() };
        string reply = text.Read();
        if (!text._rest.IsEmpty) throw new FormatException($"more than one reply, after {reply}");
        return reply;
    }

    private string Read()
    {
        string line = Line();
        string body = line[1..];
        return line[0] switch
        {
            '+' => body,
            '-' => "(error) " + body,
            ':' => body,
            '_' => "(nil)",
            ',' => "(double) " + body,
            '(' => "(big) " + body,
            '#' => body == "t" ? "(true)" : "(false)",
            '$' => body == "-1" ? "(nil)" : Quoted(Payload(Count(body))),
            '=' => Verbatim(Payload(Count(body))),
            '*' => body == "-1" ? "(nil)" : $"[{Elements(Count(body))}]",
            '~' => $"~[{Elements(Count(body))}]",
            '>' => $">[{Elements(Count(body))}]",
            '%' => Map(Count(body)),
            _ => throw new FormatException(line),
        };
    }

    private static int Count(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private string Elements(int count)
    {
        List<string> elements = [];
        for (int index = 0; index < count; index++) elements.Add(Read());
        return string.Join(", ", elements);
    }

    private string Map(int count)
    {
        List<string> pairs = [];
        for (int index = 0; index < count; index++)
        {
            string key = Read();
            pairs.Add($"{key}: {Read()}");
        }
        return $"{{{string.Join(", ", pairs)}}}";
    }

    private string Line()
    {
        int end = _rest.IndexOf("\r\n"u8);
        if (end < 1) throw new FormatException("no reply, or an incomplete one");
        string line = Encoding.Latin1.GetString(_rest[..end]);
        _rest = _rest[(end + 2)..];
        return line;
    }

    private ReadOnlySpan<byte> Payload(int length)
    {
        ReadOnlySpan<byte> payload = _rest[..length];
        if (!_rest[length..].StartsWith("\r\n"u8)) throw new FormatException("no CRLF after a payload");
        _rest = _rest[(length + 2)..];
        return payload;
    }

    private static string Verbatim(ReadOnlySpan<byte> payload) =>
        $"({Encoding.Latin1.GetString(payload[..3])}) {Quoted(payload[4..])}";

    /// <summary>Bytes in double quotes.</summary>
    public static string Quoted(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        foreach (byte value in bytes)
        {
            _ = value switch
            {
                (byte)'"' => text.Append("\\\""),
                (byte)'\\' => text.Append("\\\\"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\a' => text.Append("\\a"),
                (byte)'\b' => text.Append("\\b"),
                >= 0x20 and < 0x7F => text.Append((char)value),
                _ => text.Append("\\x").Append(value.ToString("x2", CultureInfo.InvariantCulture)),
            };
        }
        return text.Append('"').ToString();
    }
}
