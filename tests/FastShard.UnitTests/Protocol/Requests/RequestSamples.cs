using System.Text;
using Xunit;

namespace FastShard.UnitTests.Protocol.Requests;

/// <summary>
/// Inputs and what redis-server 7.0.15 made of them (its ECHO and error replies were read back): requests one a line,
/// an error after '!'. Bytes are Latin-1.
/// </summary>
internal static class RequestSamples
{
    private const string Ping = "*1\r\n$4\r\nPING\r\n";

    public static readonly (string Input, string Outcome)[] All =
    [
        (Ping, "[PING]"),
        ("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "[GET] [k]"),
        ("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$12\r\nhello\r\nworld\r\n", "[SET] [k] [hello\r\nworld]"),
        ("*2\r\n$4\r\nECHO\r\n$0\r\n\r\n", "[ECHO] []"),
        ("*2\r\n$4\r\nECHO\r\n$4\r\na\0\xFFz\r\n", "[ECHO] [a\0\xFFz]"),
        ("*2\r\n$4\r\nECHO\r\n$100\r\n" + new string('x', 100) + "\r\n", "[ECHO] [" + new string('x', 100) + "]"),
        ("*10\r\n" + string.Concat(Enumerable.Repeat("$1\r\na\r\n", 10)), "[a] [a] [a] [a] [a] [a] [a] [a] [a] [a]"),
        (Ping + Ping + "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", "[PING]\n[PING]\n[GET] [k]"),

        // No command.
        ("*0\r\n" + Ping, "[PING]"),
        ("*-1\r\n" + Ping, "[PING]"),
        ("*-5\r\nPING\r\n", "[PING]"),
        ("\r\n\r\n\nPING\n", "[PING]"),
        (" \r\nPING\r\n", "[PING]"),

        // Redis does not look at the byte after a header's CR, nor at the two after a bulk.
        ("*1\rX$4\rYPINGab" + Ping, "[PING]\n[PING]"),
        ("*2\r\n$4\rXECHO__$12\r_hello world!__PING\r\n", "[ECHO] [hello world!]\n[PING]"),

        // Inline.
        ("PING\r\n", "[PING]"),
        ("PING\n", "[PING]"),
        ("PING\r\r\n", "[PING]"),
        ("PING \r x\r\n", "[PING] [x]"),
        ("  PING \t abc  \r\n", "[PING] [abc]"),
        ("PING a\vb\f\r\n", "[PING] [a\vb\f]"),
        ("PING \v\f a\r\n", "[PING] [a]"),
        ("PING \"\" ''\r\n", "[PING] [] []"),
        ("PING a\"b c\" d'e f'\r\n", "[PING] [ab c] [de f]"),
        ("PING \"\\x41\\n\\r\\t\\b\\a\\q\\\\\\\"\"\r\n", "[PING] [A\n\r\t\b\aq\\\"]"),
        ("PING \"\\x4\" \"\\xzz\" \"\\xfF\"\r\n", "[PING] [x4] [xzz] [\xFF]"),
        ("PING 'a\\'b\\n\\\\ '\r\n", "[PING] [a'b\\n\\\\ ]"),
        ("PING 'a\\\\'\r\n", "!ERR Protocol error: unbalanced quotes in request"),
        ("PING \\n a\\ b\r\n", "[PING] [\\n] [a\\] [b]"),
        ("PING \"a\"\vb\r\n", "[PING] [a] [b]"),
        ("PING\r\n" + Ping + "PING x\n", "[PING]\n[PING]\n[PING] [x]"),
        ("PING \"a\r\n", "!ERR Protocol error: unbalanced quotes in request"),
        ("PING 'a\r\n", "!ERR Protocol error: unbalanced quotes in request"),
        ("PING 'a'b\r\n", "!ERR Protocol error: unbalanced quotes in request"),
        ("PING \"a\"\"b\"\r\n", "!ERR Protocol error: unbalanced quotes in request"),
        ("PING \"\\\"\r\n", "!ERR Protocol error: unbalanced quotes in request"),
        ("PING \"\\x4\r\n", "!ERR Protocol error: unbalanced quotes in request"),
        (Ping + "A 'b\n", "[PING]\n!ERR Protocol error: unbalanced quotes in request"),

        // Multibulk counts.
        ("*2147483648\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*9223372036854775808\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*00\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*01\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*-0\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*+1\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*a\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("* 1\r\n", "!ERR Protocol error: invalid multibulk length"),
        ("*1 \r\n", "!ERR Protocol error: invalid multibulk length"),
        (Ping + "*x\r\n" + Ping, "[PING]\n!ERR Protocol error: invalid multibulk length"),

        // Bulk headers.
        ("*1\r\nPING\r\n", "!ERR Protocol error: expected '$', got 'P'"),
        ("*1\r\n\x01\r\n", "!ERR Protocol error: expected '$', got '\x01'"),
        ("*1\r\n\xFF\r\n", "!ERR Protocol error: expected '$', got '\xFF'"),
        ("*1\r\n\r\n", "!ERR Protocol error: expected '$', got '\r'"),
        ("*3\r\n$3\r\nSET\r\n$1\r\nx\r\nfooz\r\n", "!ERR Protocol error: expected '$', got 'f'"),
        ("*1\r\n$-1\r\n", "!ERR Protocol error: invalid bulk length"),
        ("*1\r\n$a\r\n", "!ERR Protocol error: invalid bulk length"),
        ("*1\r\n$04\r\n", "!ERR Protocol error: invalid bulk length"),
        ("*1\r\n$1a\r\n", "!ERR Protocol error: invalid bulk length"),
        ("*1\r\n$\r\n", "!ERR Protocol error: invalid bulk length"),
        ("*1\r\n$536870913\r\n", "!ERR Protocol error: invalid bulk length"),
        ("*2\r\n$1\r\na\r\n$2000000000\r\n", "!ERR Protocol error: invalid bulk length"),
        ("*1\r\n$99999999999999999999\r\n", "!ERR Protocol error: invalid bulk length"),

        // A NUL hides the rest of a line from redis, which goes on waiting for its end.
        ("PING a\0b\r\n", ""),
        ("\0\r\nPING\r\n", ""),
        ("*1\0\r\n$4\r\nPING\r\n", ""),
        ("*1\r\n$4\0\r\nPING\r\n", ""),
    ];

    public static TheoryData<string, string> Theory()
    {
        var data = new TheoryData<string, string>();
        foreach ((string input, string outcome) in All) data.Add(input, outcome);
        return data;
    }

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    /// <summary>One request in the multibulk form.</summary>
    public static byte[] Request(params byte[][] args)
    {
        var bytes = new List<byte>();
        bytes.AddRange(Bytes($"*{args.Length}\r\n"));
        foreach (byte[] arg in args)
        {
            bytes.AddRange(Bytes($"${arg.Length}\r\n"));
            bytes.AddRange(arg);
            bytes.AddRange("\r\n"u8);
        }
        return [.. bytes];
    }
}
