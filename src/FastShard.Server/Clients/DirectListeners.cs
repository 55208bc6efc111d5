// cluster-shard-port: each shard listens on a port of its own, too. Clients of a cluster are told of these ports as if
// each were a node, connect to all of them, and send each command where its slot is: no command crosses to another
// shard, and the connection is served by the thread that owns its data.

using FastShard.Cluster.State;
using FastShard.Server.Configuration;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Clients;

/// <summary>The listening sockets of single shards; none unless a port is configured.</summary>
internal sealed class DirectListeners : IDisposable
{
    private readonly List<(int Shard, Listener Listener)> _listeners = [];

    /// <summary>The ports, as others are told of them.</summary>
    public ShardPorts Ports { get; private set; }

    /// <summary>Where they are.</summary>
    public IEnumerable<string> Names
    {
        get
        {
            foreach ((_, Listener listener) in _listeners) yield return listener.Name;
        }
    }

    /// <summary>Binds a port for each shard on all addresses. Null, or what went wrong in one line.</summary>
    public string? Open(ServerOptions options, Shard[] shards)
    {
        if (options.ClusterShardPort == 0 || !options.ClusterEnabled) return null;
        foreach (Shard shard in shards)
        {
            if (Open(options, shard) is { } error) return error;
        }
        Ports = new ShardPorts(options.ClusterShardPort, shards.Length);
        return null;
    }

    /// <summary>Accepts from now on, each on its shard's own event loop.</summary>
    public void Attach(Shard[] shards)
    {
        foreach ((int shard, Listener listener) in _listeners) shards[shard].Reactor.Listen(listener);
    }

    /// <summary>tcp-keepalive for connections that come later.</summary>
    public void SetKeepAlive(int seconds)
    {
        foreach ((_, Listener listener) in _listeners) listener.KeepAliveSeconds = seconds;
    }

    public void Dispose()
    {
        foreach ((_, Listener listener) in _listeners) listener.Dispose();
    }

    private string? Open(ServerOptions options, Shard shard)
    {
        string? error = "No address to listen on.";
        bool isOpen = false;
        int port = options.ClusterShardPort + shard.Index;
        if (port > 65535) return $"cluster-shard-port: there is no port {port}";
        foreach (string spelled in options.Bind)
        {
            bool isOptional = spelled.StartsWith('-');
            string address = isOptional ? spelled[1..] : spelled;
            if (Listener.TryListenTcp(
                address, port, options.TcpBacklog, reusePort: false, out Listener? listener, out error))
            {
                listener!.KeepAliveSeconds = options.TcpKeepAliveSeconds;
                listener.Purpose = shard;
                _listeners.Add((shard.Index, listener));
                isOpen = true;
            }
            else if (!isOptional)
            {
                return error;
            }
        }
        return isOpen ? null : error;
    }
}
