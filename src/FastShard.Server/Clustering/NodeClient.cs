// A client of another server, for threads that may wait: the rebalancer's, and the command line. One request at a time,
// in the protocol's second version, with a limit on every wait. What goes wrong ends the connection, and whoever wants
// to know more connects again.

using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace FastShard.Server.Clustering;

/// <summary>A connection to a server.</summary>
internal sealed class NodeClient : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int DepthMax = 16;
    private const int LengthMax = 512 << 20;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;

    private NodeClient(Socket socket) => _socket = socket;

    /// <summary>Why there is no connection any more; empty = there is one.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Connects, and logs in where there is a password. Null, or why not.</summary>
    public static NodeClient? TryConnect(
        string host, int port, string user, string password, int limitMillis, out string error)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = limitMillis,
            SendTimeout = limitMillis,
        };
        var client = new NodeClient(socket);
        error = "";
        try
        {
            // A connection that is not there in time is given up by closing it.
            IAsyncResult connecting = socket.BeginConnect(host, port, null, null);
            // tidy: cold because no shard runs here.
            if (connecting.AsyncWaitHandle.WaitOne(limitMillis)) socket.EndConnect(connecting);
            else error = "it does not answer";
        }
        catch (SocketException failure)
        {
            error = failure.Message;
        }
        if (error.Length == 0 && password.Length > 0)
        {
            string[] words = user.Length > 0 ? ["AUTH", user, password] : ["AUTH", password];
            NodeReply? reply = client.Ask(words);
            if (reply is null or { IsError: true }) error = reply?.Text ?? client.Fault;
        }
        if (error.Length == 0) return client;
        client.Dispose();
        return null;
    }

    /// <summary>Sends a request and gives its reply; null where there is none: see <see cref="Fault"/>.</summary>
    public NodeReply? Ask(params ReadOnlySpan<string> words)
    {
        Send(words);
        return Read();
    }

    /// <summary>Sends a request whose reply is read later.</summary>
    public void Send(params ReadOnlySpan<string> words)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words)
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        ReadOnlySpan<byte> left = Encoding.UTF8.GetBytes(text.ToString());
        try
        {
            while (Fault.Length == 0 && left.Length > 0) left = left[_socket.Send(left)..];
        }
        catch (SocketException failure)
        {
            Fault = failure.Message;
        }
    }

    /// <summary>The next reply; null where the connection is gone.</summary>
    public NodeReply? Read()
    {
        try
        {
            return Fault.Length > 0 ? null : ReadReply(0);
        }
        catch (SocketException failure)
        {
            Fault = failure.Message;
        }
        return null;
    }

    public void Dispose() => _socket.Dispose();

    private NodeReply? ReadReply(int depth)
    {
        if (ReadLine() is not { Length: > 0 } line || depth > DepthMax) return Broken();
        string rest = line[1..];
        if (line[0] is '+' or '-' or ':') return new NodeReply(line[0], rest, []);
        if (line[0] is not ('$' or '*') || !int.TryParse(rest, out int length) || length is < -1 or > LengthMax)
            return Broken();
        if (length < 0) return new NodeReply('_', "", []);
        if (line[0] == '$')
        {
            string? text = ReadText(length);
            return text is null ? Broken() : new NodeReply('$', text, []);
        }
        List<NodeReply> elements = [];
        for (int index = 0; index < length; index++)
        {
            if (ReadReply(depth + 1) is not { } element) return null;
            elements.Add(element);
        }
        return new NodeReply('*', "", elements);
    }

    private NodeReply? Broken()
    {
        if (Fault.Length == 0) Fault = "it answers what is no reply";
        return null;
    }

    private string? ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            int end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            int taken = end < 0 ? _end - _start : end + 1;
            line.Append(Encoding.UTF8.GetString(_buffer, _start, taken));
            _start += taken;
            if (end >= 0) return line.ToString().TrimEnd('\r', '\n');
            if (!Fill()) return null;
        }
    }

    private string? ReadText(int length)
    {
        byte[] bytes = new byte[length + 2];
        for (int have = 0; have < bytes.Length;)
        {
            if (_start == _end && !Fill()) return null;
            int taken = Math.Min(_end - _start, bytes.Length - have);
            _buffer.AsSpan(_start, taken).CopyTo(bytes.AsSpan(have));
            _start += taken;
            have += taken;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private bool Fill()
    {
        _start = 0;
        _end = _socket.Receive(_buffer);
        if (_end == 0) Fault = "it closed the connection";
        return _end > 0;
    }
}
