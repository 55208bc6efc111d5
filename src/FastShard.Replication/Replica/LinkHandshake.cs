// What a replica says before it gets the stream, and how it takes the answers:
//
//   PING, [AUTH], REPLCONF listening-port, [REPLCONF ip-address], REPLCONF capa eof capa psync2, PSYNC
//
// One question at a time. Empty lines are signs of life of a primary that prepares its answer.

using System.Text;
using FastShard.Protocol;

namespace FastShard.Replication.Replica;

/// <summary>The handshake of a replica with its primary: bytes in, bytes out.</summary>
public sealed class LinkHandshake
{
    private const int LineBytesMax = 4096;

    private readonly LinkTerms _terms;
    private readonly StringBuilder _line = new();
    private readonly List<byte> _output = [];
    private Step _step = Step.Ping;

    public LinkHandshake(LinkTerms terms) => _terms = terms;

    private enum Step
    {
        Ping,
        Auth,
        Port,
        Address,
        Capabilities,
        Psync,
    }

    /// <summary>The stream's name that the primary gave; null = as before.</summary>
    public string? StreamId { get; private set; }

    /// <summary>Bytes of the stream that the snapshot has in it.</summary>
    public long Offset { get; private set; }

    /// <summary>What went wrong, for the log; what the primary said, where it said something.</summary>
    public string Failure { get; private set; } = "";

    /// <summary>The stream was asked for: what fails now fails because the primary does not give it.</summary>
    public bool HasAsked => _step == Step.Psync;

    /// <summary>Bytes to be sent; taken away by the call.</summary>
    public byte[] TakeOutput()
    {
        byte[] output = [.. _output];
        _output.Clear();
        return output;
    }

    /// <summary>The connection is there.</summary>
    public void Begin() => Ask("PING");

    /// <summary>
    /// Reads lines up to the one that ends the handshake, whatever piece of them has come. Says how many bytes were
    /// read; the rest is the snapshot's or the stream's.
    /// </summary>
    public LinkEvent Read(ReadOnlySpan<byte> bytes, out int read)
    {
        for (read = 0; read < bytes.Length;)
        {
            byte next = bytes[read++];
            if (next != '\n')
            {
                _line.Append((char)next);
                if (_line.Length > LineBytesMax) return Fail("a line without an end");
                continue;
            }
            string line = _line.ToString().TrimEnd('\r');
            _line.Clear();
            if (line.Length == 0) continue;
            LinkEvent outcome = Take(line);
            if (outcome != LinkEvent.None) return outcome;
        }
        return LinkEvent.None;
    }

    private LinkEvent Take(string line)
    {
        bool isError = line[0] == '-';
        switch (_step)
        {
            case Step.Ping:
                if (isError && !IsAboutLogin(line)) return Fail($"Error reply to PING from master: '{line}'");
                _step = Step.Auth;
                if (_terms.Password.Length == 0) goto case Step.Auth;
                if (_terms.User.Length > 0) Ask("AUTH", _terms.User, _terms.Password);
                else Ask("AUTH", _terms.Password);
                return LinkEvent.None;
            case Step.Auth:
                if (isError && _terms.Password.Length > 0) return Fail($"Unable to AUTH to MASTER: {line}");
                _step = Step.Port;
                Ask("REPLCONF", "listening-port", $"{_terms.Port}");
                return LinkEvent.None;
            case Step.Port:
                // A primary that does not know REPLCONF can do without.
                _step = Step.Address;
                if (_terms.Address.Length == 0) goto case Step.Address;
                Ask("REPLCONF", "ip-address", _terms.Address);
                return LinkEvent.None;
            case Step.Address:
                _step = Step.Capabilities;
                Ask("REPLCONF", "capa", "eof", "capa", "psync2");
                return LinkEvent.None;
            case Step.Capabilities:
                _step = Step.Psync;
                if (_terms.StreamId is { } id && _terms.GivesRole) Ask("PSYNC", id, $"{_terms.Offset + 1}", "FAILOVER");
                else if (_terms.StreamId is not null) Ask("PSYNC", _terms.StreamId, $"{_terms.Offset + 1}");
                else Ask("PSYNC", "?", "-1");
                return LinkEvent.None;
            default:
                return TakePsync(line);
        }
    }

    private LinkEvent TakePsync(string line)
    {
        string[] words = line.Split(' ');
        if (words[0] == "+FULLRESYNC")
        {
            if (words.Length < 3 || !IsId(words[1]) || !long.TryParse(words[2], out long offset) || offset < 0)
                return Fail($"Master replied with wrong +FULLRESYNC syntax: {line}");
            StreamId = words[1];
            Offset = offset;
            return LinkEvent.Full;
        }
        if (words[0] == "+CONTINUE")
        {
            if (_terms.StreamId is null) return Fail($"Master continues what was not begun: {line}");
            if (words.Length > 1 && IsId(words[1])) StreamId = words[1];
            return LinkEvent.Partial;
        }
        Failure = $"Master does not give the stream: {line}";
        bool isLater = line.StartsWith("-NOMASTERLINK", StringComparison.Ordinal)
            || line.StartsWith("-LOADING", StringComparison.Ordinal);
        return isLater ? LinkEvent.Later : LinkEvent.Failed;
    }

    private static bool IsAboutLogin(string line) =>
        line.StartsWith("-NOAUTH", StringComparison.Ordinal) || line.StartsWith("-NOPERM", StringComparison.Ordinal)
        || line.StartsWith("-ERR operation not permitted", StringComparison.Ordinal);

    private static bool IsId(string word) => word.Length == 40;

    private LinkEvent Fail(string what)
    {
        Failure = what;
        return LinkEvent.Failed;
    }

    private void Ask(params ReadOnlySpan<string> words)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        Add((byte)'*', words.Length, digits);
        foreach (string word in words)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(word);
            Add((byte)'$', bytes.Length, digits);
            _output.AddRange(bytes);
            _output.AddRange("\r\n"u8);
        }
    }

    private void Add(byte mark, int number, Span<byte> digits)
    {
        _output.Add(mark);
        _output.AddRange(digits[..Numbers.FormatInt64(number, digits)]);
        _output.AddRange("\r\n"u8);
    }
}
