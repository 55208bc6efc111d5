// Where clients come in: the TCP addresses of `bind` on `port`, and the unix socket. The first shard's reactor listens
// on all of them; CONFIG SET may change addresses and port while the server runs.

using FastShard.Server.Configuration;
using FastShard.Transport;

namespace FastShard.Server.Clients;

/// <summary>The server's listening sockets. Changed while the first shard is held.</summary>
internal sealed class ListenerSet : IDisposable
{
    private readonly List<TcpListener> _tcp = [];
    private Listener? _unix;
    private Reactor? _reactor;

    /// <summary>The TCP port that is listened on; 0 = none.</summary>
    public int Port => _tcp.Count == 0 ? 0 : _tcp[0].Listener.Port;

    /// <summary>"127.0.0.1:6379", "/run/fastshard.sock:0".</summary>
    public IEnumerable<string> Names
    {
        get
        {
            foreach (TcpListener tcp in _tcp) yield return tcp.Listener.Name;
            if (_unix is not null) yield return _unix.Name;
        }
    }

    /// <summary>Binds everything that is configured. Null, or what went wrong in one line.</summary>
    public string? Open(ServerOptions options)
    {
        if (OpenTcp(options) is { } error) return error;
        if (options.UnixSocket.Length == 0) return null;
        return Listener.TryListenUnix(
            options.UnixSocket, options.UnixSocketPermissions, options.TcpBacklog, out _unix, out string? unixError)
            ? null
            : unixError;
    }

    /// <summary>Accepts from now on.</summary>
    public void Attach(Reactor reactor)
    {
        _reactor = reactor;
        foreach (TcpListener tcp in _tcp) reactor.Listen(tcp.Listener);
        if (_unix is not null) reactor.Listen(_unix);
    }

    /// <summary>
    /// Follows a change of the configuration: new addresses are bound before old ones are let go, so that a failure
    /// changes nothing. Null, or why not. Nothing happens before <see cref="Attach"/>.
    /// </summary>
    public string? Rebind(ServerOptions options) => _reactor is null ? null : OpenTcp(options);

    /// <summary>tcp-keepalive for connections that come later.</summary>
    public void SetKeepAlive(int seconds)
    {
        foreach (TcpListener tcp in _tcp) tcp.Listener.KeepAliveSeconds = seconds;
    }

    public void Dispose()
    {
        foreach (TcpListener tcp in _tcp) tcp.Listener.Dispose();
        _unix?.Dispose();
    }

    private string? OpenTcp(ServerOptions options)
    {
        List<TcpListener> wanted = [];
        string? error = options.Port == 0 ? null : Collect(options, wanted);
        if (error is not null)
        {
            foreach (TcpListener tcp in wanted)
            {
                if (!_tcp.Contains(tcp)) tcp.Listener.Dispose();
            }
            return error;
        }
        foreach (TcpListener old in _tcp)
        {
            if (!wanted.Contains(old)) old.Listener.Dispose();
        }
        foreach (TcpListener tcp in wanted)
        {
            if (!_tcp.Contains(tcp)) _reactor?.Listen(tcp.Listener);
        }
        _tcp.Clear();
        _tcp.AddRange(wanted);
        return null;
    }

    private string? Collect(ServerOptions options, List<TcpListener> wanted)
    {
        string? error = "No address to listen on.";
        foreach (string spelled in options.Bind)
        {
            bool isOptional = spelled.StartsWith('-');
            string address = isOptional ? spelled[1..] : spelled;
            if (_tcp.Find(tcp => tcp.Address == address && tcp.AskedPort == options.Port) is { } present)
            {
                wanted.Add(present);
            }
            else if (Listener.TryListenTcp(
                address, options.Port, options.TcpBacklog, reusePort: false, out Listener? listener, out error))
            {
                listener!.KeepAliveSeconds = options.TcpKeepAliveSeconds;
                wanted.Add(new TcpListener(address, options.Port, listener));
            }
            else if (!isOptional)
            {
                return error;
            }
        }
        return wanted.Count == 0 ? error : null;
    }

    private sealed record TcpListener(string Address, int AskedPort, Listener Listener);
}
