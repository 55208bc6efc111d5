using System.Net;
using System.Net.Sockets;
using FastShard.Native.Sockets;

namespace FastShard.Transport;

/// <summary>
/// A bound, listening socket. It accepts once it is given to a reactor (<see cref="Reactor.Listen"/>); several
/// listeners on one port (<see cref="TryListenTcpGroup"/>) let the kernel spread connections over shards.
/// </summary>
public sealed class Listener : IDisposable
{
    private const int SocketLevel = 1;
    private const int ReusePortOption = 15;

    private readonly string? _path;
    private int _keepAliveSeconds;

    private Listener(Socket socket, string? path)
    {
        Socket = socket;
        _path = path;
        Port = socket.LocalEndPoint is IPEndPoint bound ? bound.Port : 0;
        Name = path is null ? SocketNames.From(socket.LocalEndPoint).ToString() : $"{path}:0";
        if (path is null) socket.NoDelay = true;
    }

    /// <summary>The actual port, also when 0 was asked for; 0 for unix sockets.</summary>
    public int Port { get; }

    /// <summary>"127.0.0.1:6379", "[::]:6379" or "/path/to/socket:0".</summary>
    public string Name { get; }

    public bool IsUnixSocket => _path is not null;

    /// <summary>
    /// For the owner's use: what the accepted connections are for ("clients", "cluster bus", a config).
    /// </summary>
    public object? Purpose { get; set; }

    /// <summary>
    /// Seconds of silence before an accepted connection is probed; 0 = never. Counts for connections accepted later.
    /// </summary>
    public int KeepAliveSeconds
    {
        get => _keepAliveSeconds;
        set
        {
            _keepAliveSeconds = value;
            // Accepted sockets inherit the listener's options on Linux; the portable transport sets them one by one.
            if (!IsUnixSocket && OperatingSystem.IsLinux()) SocketCalls.SetKeepAlive(Descriptor, value);
        }
    }

    public bool IsDisposed { get; private set; }

    internal Socket Socket { get; }

    internal int Descriptor => (int)Socket.Handle;

    /// <summary>What the reactor that listens on this keeps about it.</summary>
    internal object? Registration { get; set; }

    /// <summary>
    /// Binds and listens. The error has Redis's words: "Could not create server TCP listening socket
    /// 127.0.0.1:6379: bind: Address already in use". With <paramref name="reusePort"/> (Linux) other listeners that
    /// say the same, of this user, may share the port: prefer <see cref="TryListenTcpGroup"/>.
    /// </summary>
    public static bool TryListenTcp(
        string address, int port, int backlog, bool reusePort, out Listener? listener, out string? error)
    {
        listener = null;
        IPAddress? resolved = SocketNames.Resolve(address, out error);
        string step = "bind";
        if (resolved is null) step = "getaddrinfo";
        else if (TryBind(new IPEndPoint(resolved, port), backlog, reusePort, out Socket? socket, ref step, out error))
        {
            listener = new Listener(socket!, path: null);
            return true;
        }

        error = $"Could not create server TCP listening socket {address}:{port}: {step}: {error}";
        return false;
    }

    /// <summary>
    /// Several listeners that share one port, for as many shards (Linux). Fails, other than with reusePort alone, when
    /// another process listens there already, also one that would share.
    /// </summary>
    public static bool TryListenTcpGroup(
        string address, int port, int backlog, int count, out Listener[] listeners, out string? error)
    {
        listeners = [];
        // A listener that does not share finds out whether anybody has the port. It is never listened on, or
        // connections that arrive now would be reset when it closes.
        if (!TryListenTcp(address, port, backlog: -1, reusePort: false, out Listener? probe, out error)) return false;

        port = probe!.Port;
        probe.Dispose();
        List<Listener> group = [];
        while (group.Count < count && TryListenTcp(address, port, backlog, count > 1, out Listener? next, out error))
        {
            group.Add(next!);
        }

        if (group.Count == count)
        {
            listeners = [.. group];
            return true;
        }

        foreach (Listener opened in group) opened.Dispose();
        return false;
    }

    /// <summary>
    /// Binds a unix socket, in place of what a former server left at the path, and listens. Permissions are Unix mode
    /// bits, 0 leaves them to the umask. Error: "Failed opening Unix socket: bind: ...".
    /// </summary>
    public static bool TryListenUnix(
        string path, int permissions, int backlog, out Listener? listener, out string? error)
    {
        listener = null;
        string step = "bind";
        try
        {
            File.Delete(path);
            if (TryBind(new UnixDomainSocketEndPoint(path), backlog, false, out Socket? socket, ref step, out error))
            {
                if (permissions != 0 && !OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(path, (UnixFileMode)permissions);
                }

                listener = new Listener(socket!, path);
                return true;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error = failure.Message;
        }

        error = $"Failed opening Unix socket: {step}: {error}";
        return false;
    }

    /// <summary>Stops listening; connections that were not accepted yet are reset.</summary>
    public void Dispose()
    {
        if (IsDisposed) return;

        IsDisposed = true;
        Socket.Dispose();
        if (_path is not null) File.Delete(_path);
    }

    private static bool TryBind(
        EndPoint to, int backlog, bool reusePort, out Socket? socket, ref string step, out string? error)
    {
        socket = null;
        try
        {
            step = "socket";
            ProtocolType protocol = to is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified;
            socket = new Socket(to.AddressFamily, SocketType.Stream, protocol) { Blocking = false };
            if (reusePort && OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(SocketLevel, ReusePortOption, BitConverter.GetBytes(1));
            }

            step = "bind";
            socket.Bind(to);
            step = "listen";
            if (backlog >= 0) socket.Listen(backlog);
            error = null;
            return true;
        }
        catch (SocketException failure)
        {
            // A new exception of the same code: the caught one has the endpoint appended to the system's words.
            error = new SocketException((int)failure.SocketErrorCode).Message;
            socket?.Dispose();
            socket = null;
            return false;
        }
    }
}
