using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FastShard.SystemTests.Harness;

/// <summary>
/// A client that hides nothing: requests are the bytes that a test wants to send, replies are RESP values of either
/// protocol version. Reads and writes end after ten seconds.
/// </summary>
internal sealed class RespClient : IDisposable
{
    private const int LimitMillis = 10_000;

    private readonly Socket _socket;
    private readonly BufferedStream _stream;

    private RespClient(Socket socket)
    {
        _socket = socket;
        _socket.ReceiveTimeout = LimitMillis;
        _socket.SendTimeout = LimitMillis;
        _stream = new BufferedStream(new NetworkStream(socket, ownsSocket: true), 64 * 1024);
    }

    public Socket Socket => _socket;

    public static RespClient Connect(int port) => Connect(new IPEndPoint(IPAddress.Loopback, port));

    public static RespClient Connect(EndPoint address)
    {
        ProtocolType protocol = address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp;
        Socket socket = new(address.AddressFamily, SocketType.Stream, protocol);
        try
        {
            socket.Connect(address);
            return new RespClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static byte[] Encode(params string[] arguments)
    {
        StringBuilder text = new();
        text.Append($"*{arguments.Length}\r\n");
        foreach (string argument in arguments)
        {
            text.Append($"${Encoding.UTF8.GetByteCount(argument)}\r\n{argument}\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public RespValue Run(params string[] arguments)
    {
        Send(arguments);
        return Read();
    }

    public void Send(params string[] arguments) => SendRaw(Encode(arguments));

    public void SendRaw(string text) => SendRaw(Encoding.Latin1.GetBytes(text));

    public void SendRaw(byte[] bytes)
    {
        int sent = 0;
        while (sent < bytes.Length) sent += _socket.Send(bytes, sent, bytes.Length - sent, SocketFlags.None);
    }

    public RespValue Read()
    {
        string line = ReadLine();
        char type = line[0];
        string rest = line[1..];
        return type switch
        {
            '+' or '-' or ':' or ',' or '(' or '#' => new RespValue(type, Encoding.UTF8.GetBytes(rest), null),
            '_' => new RespValue(type, null, null),
            '$' or '=' or '!' => new RespValue(type, ReadBulk(long.Parse(rest)), null),
            '*' or '~' or '>' => new RespValue(type, null, ReadElements(long.Parse(rest))),
            '%' => new RespValue(type, null, ReadElements(2 * long.Parse(rest))),
            _ => throw new InvalidDataException($"not the beginning of a reply: '{line}'"),
        };
    }

    /// <summary>Whether the server closes the connection, once everything that it still sends is read.</summary>
    public bool IsClosedByServer()
    {
        try
        {
            byte[] rest = new byte[64 * 1024];
            while (_stream.Read(rest) > 0)
            {
            }

            return true;
        }
        catch (IOException failure) when (IsReset(failure))
        {
            return true;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private static bool IsReset(IOException failure) =>
        failure.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset };

    private RespValue[]? ReadElements(long count)
    {
        if (count < 0) return null;
        RespValue[] elements = new RespValue[count];
        for (int index = 0; index < elements.Length; index++) elements[index] = Read();
        return elements;
    }

    private byte[]? ReadBulk(long length)
    {
        if (length < 0) return null;
        byte[] bytes = new byte[length];
        _stream.ReadExactly(bytes);
        ReadLine();
        return bytes;
    }

    private string ReadLine()
    {
        StringBuilder line = new();
        while (true)
        {
            int next = _stream.ReadByte();
            if (next < 0) throw new EndOfStreamException("the server closed the connection");
            if (next == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)next);
        }
    }
}
