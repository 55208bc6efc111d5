using FastShard.Server.Logging;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Clients;

/// <summary>
/// Lets connections in: checks maxclients and protected mode, and hands each to the shard with the fewest. One listener
/// and a hand-over balance a few dozen connections exactly, where SO_REUSEPORT's hash would leave one shard with twice
/// the load of another.
/// </summary>
internal sealed class Acceptor
{
    private static ReadOnlySpan<byte> Full => "-ERR max number of clients reached\r\n"u8;

    private static ReadOnlySpan<byte> Protected =>
        ("-DENIED FastShard is running in protected mode because protected mode is enabled and no password is set "u8 +
        "for the default user. In this mode connections are only accepted from the loopback interface. If you "u8 +
        "want to connect from external computers, set a password ('requirepass'), or disable protected mode "u8 +
        "('CONFIG SET protected-mode no' from the loopback interface, or 'protected-mode no' in the "u8 +
        "configuration) if the server is not reachable from outside.\r\n"u8);

    private readonly FastShardServer _server;

    public Acceptor(FastShardServer server) => _server = server;

    /// <summary>A connection was accepted by the worker's reactor.</summary>
    public void Accept(ShardWorker worker, Listener listener, IncomingSocket socket)
    {
        worker.Home.Statistics.Counters.ConnectionsReceived++;
        if (_server.Clients.Count >= _server.Options.MaxClients)
        {
            worker.Home.Statistics.Counters.ConnectionsRejected++;
            socket.Refuse(Full);
            return;
        }
        bool isOpen = socket.IsUnixSocket || socket.IsLoopback || !_server.Options.ProtectedMode;
        if (!isOpen && _server.Options.RequirePass.Length == 0)
        {
            worker.Home.Statistics.Counters.ConnectionsRejected++;
            socket.Refuse(Protected);
            return;
        }
        Shard shard = listener.Purpose is Shard direct ? Reserve(direct) : Emptiest();
        if (worker.Holds(shard)) Welcome(worker, shard, socket);
        else worker.Post(shard, new Arrival(this, socket));
    }

    private Shard Emptiest()
    {
        Shard[] shards = _server.Shards;
        Shard best = shards[0];
        foreach (Shard shard in shards)
        {
            if (shard.Connections.Reserved < best.Connections.Reserved) best = shard;
        }
        return Reserve(best);
    }

    private static Shard Reserve(Shard shard)
    {
        shard.Connections.Reserve();
        return shard;
    }

    private void Welcome(ShardWorker worker, Shard shard, IncomingSocket socket)
    {
        Connection client = _server.Clients.Admit(shard, worker.NowMillis);
        client.IsAuthenticated = _server.Options.RequirePass.Length == 0;
        client.Reader.Limits = _server.RequestLimitsOf(client);
        client.Attach(shard.Reactor.Attach(socket, client));
        shard.Connections.Add(client);
        if (Log.IsOn(LogLevel.Verbose)) Log.Verbose($"Accepted {client.Channel.PeerAddress}");
    }

    private sealed class Arrival(Acceptor acceptor, IncomingSocket socket) : Mail
    {
        internal override void Deliver(ShardWorker worker, Shard shard) => acceptor.Welcome(worker, shard, socket);
    }
}
