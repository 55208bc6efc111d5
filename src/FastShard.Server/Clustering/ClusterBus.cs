// The bus on a thread of its own: its sockets are touched by nobody else. A round is: wait, take the machine's token,
// tell the machine what has come and what time it is, let the token go; then write nodes.conf where that is asked for,
// and only then send. Shards that run a CLUSTER command take the token for as long as the machine thinks, and wake the
// thread for what follows from it.

using System.Collections.Concurrent;
using System.Globalization;
using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Native.Clocks;
using FastShard.Server.Logging;
using FastShard.Transport;

namespace FastShard.Server.Clustering;

/// <summary>The sockets between nodes.</summary>
internal sealed class ClusterBus : IReactorHandler, IDisposable
{
    private const int PacketHeadroomBytes = 1 << 20;
    private const int Backlog = 511;

    private readonly ClusterHost _host;
    private readonly Reactor _reactor;
    private readonly List<Listener> _listeners = [];
    private readonly ConcurrentDictionary<int, BusConnection> _connections = []; // read by those who ask
    private readonly Queue<int> _lost = [];
    private readonly int _packetBytesMax;
    private readonly Thread _thread;
    private volatile bool _isEnding;
    private long _nextTickMillis;

    public ClusterBus(ClusterHost host, Configuration.ServerOptions options)
    {
        _host = host;
        _reactor = Reactor.Create(options.Transport);
        _packetBytesMax = (int)Math.Min(int.MaxValue / 2, options.ProtoMaxBulkLength + PacketHeadroomBytes);
        _thread = new Thread(Run) { Name = "cluster bus", IsBackground = true };
    }

    /// <summary>Binds the bus's port on all addresses. Null, or what went wrong in one line.</summary>
    public string? Listen(string[] addresses, int port)
    {
        string? error = null;
        foreach (string spelled in addresses)
        {
            bool isOptional = spelled.StartsWith('-');
            if (Listener.TryListenTcp(
                isOptional ? spelled[1..] : spelled, port, Backlog, reusePort: false, out Listener? listener,
                out error))
            {
                _listeners.Add(listener!);
            }
            else if (!isOptional)
            {
                return error;
            }
        }
        return _listeners.Count == 0 ? error ?? "No address for the cluster bus." : null;
    }

    public void Start()
    {
        foreach (Listener listener in _listeners) _reactor.Listen(listener);
        _thread.Start();
    }

    /// <summary>There is something to send. Any thread.</summary>
    public void Wake() => _reactor.Wake();

    /// <summary>Bytes that wait on a link. Any thread.</summary>
    public long WaitingBytes(int link) =>
        _connections.TryGetValue(link, out BusConnection? connection) ? connection.WaitingBytes : 0;

    public void OnAccept(Listener listener, IncomingSocket socket)
    {
        ByteChannel channel = _reactor.Attach(socket, null);
        int id = _host.Machine.LinkAccepted(HostOf(channel.PeerAddress), HostOf(channel.LocalAddress));
        var connection = new BusConnection(id, _packetBytesMax) { Channel = channel, IsOpen = true };
        channel.Owner = connection;
        _connections[id] = connection;
    }

    public void OnReadable(ByteChannel channel)
    {
        if (channel.Owner is not BusConnection connection) return;
        while (!channel.IsClosed)
        {
            Span<byte> room = connection.Receiver.Room();
            int received = channel.Receive(room);
            if (received == ChannelResult.WouldBlock) return;
            if (received <= 0)
            {
                Lose(connection);
                return;
            }
            connection.Receiver.Filled(received);
            while (connection.Receiver.TryNext(out ReadOnlySpan<byte> packet))
                _host.Machine.Receive(connection.Id, packet);
            if (connection.Receiver.IsBroken)
            {
                Log.Warning($"Bad message length or signature received on the cluster bus from {channel.PeerAddress}");
                Lose(connection);
                return;
            }
            if (received < room.Length) return;
        }
    }

    public void OnWritable(ByteChannel channel)
    {
        if (channel.Owner is not BusConnection connection) return;
        if (channel.FailureText is not null)
        {
            Lose(connection);
            return;
        }
        if (!connection.IsOpen)
        {
            connection.IsOpen = true;
            _host.Machine.LinkOpened(connection.Id, HostOf(channel.LocalAddress));
        }
        if (!connection.TrySend()) Lose(connection);
    }

    public void Dispose()
    {
        _isEnding = true;
        if (_thread.IsAlive)
        {
            _reactor.Wake();
            _thread.Join();
        }
        foreach (Listener listener in _listeners) listener.Dispose();
        _reactor.Dispose();
    }

    // "127.0.0.1:7000", "[::1]:7000"
    private static string HostOf(string address)
    {
        int colon = address.LastIndexOf(':');
        return (colon < 0 ? address : address[..colon]).Trim('[', ']');
    }

    private void Run()
    {
        List<ClusterEffect> effects = [];
        while (!_isEnding)
        {
            long now = SystemClock.WallMillis();
            int timeout = (int)Math.Clamp(_nextTickMillis - now, 0, ClusterMachine.TickMillis);
            _reactor.Wait(_lost.Count > 0 ? 0 : timeout);
            effects = Round(effects);
            foreach (ClusterEffect effect in effects) Do(effect);
            effects.Clear();
            _host.SyncLate();
        }
        // What is said last is not waited for.
        foreach (BusConnection connection in _connections.Values) connection.Channel.Close();
    }

    private List<ClusterEffect> Round(List<ClusterEffect> empty)
    {
        ClusterMachine machine = _host.Enter();
        while (_lost.TryDequeue(out int link)) machine.LinkClosed(link);
        _reactor.Dispatch(this);
        if (machine.State.NowMillis >= _nextTickMillis)
        {
            _nextTickMillis = machine.State.NowMillis + ClusterMachine.TickMillis;
            machine.Tick();
        }
        return _host.LeaveWithEffects(empty);
    }

    private void Do(in ClusterEffect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Send:
                if (_connections.TryGetValue(effect.Link, out BusConnection? connection))
                    Send(connection, effect.Bytes);
                break;
            case EffectKind.OpenLink:
                Open(effect.Link, effect.Address);
                break;
            case EffectKind.CloseLink:
                if (_connections.TryRemove(effect.Link, out BusConnection? closed)) closed.Channel.Close();
                break;
            case EffectKind.Notice:
                Log.Notice(effect.Text!);
                break;
            default:
                _host.Order(effect);
                break;
        }
    }

    private void Open(int link, NodeAddress address)
    {
        var connection = new BusConnection(link, _packetBytesMax);
        ByteChannel? channel = _reactor.Connect(address.Ip, address.BusPort, null, connection, out string? error);
        if (channel is null)
        {
            if (Log.IsOn(LogLevel.Verbose))
            {
                string port = address.BusPort.ToString(CultureInfo.InvariantCulture);
                Log.Verbose($"Unable to connect to cluster node [{address.Ip}]:{port} -> {error}");
            }
            _lost.Enqueue(link);
            return;
        }
        connection.Channel = channel;
        _connections[link] = connection;
    }

    private void Send(BusConnection connection, ReadOnlyMemory<byte> packet)
    {
        connection.Add(packet);
        if (!connection.IsOpen) return;
        long limit = _host.SendBufferLimit;
        if (connection.TrySend() && (limit == 0 || connection.WaitingBytes <= limit)) return;
        Drop(connection);
        _lost.Enqueue(connection.Id);
    }

    // Within a round: the machine is at hand.
    private void Lose(BusConnection connection)
    {
        Drop(connection);
        _host.Machine.LinkClosed(connection.Id);
    }

    private void Drop(BusConnection connection)
    {
        connection.Channel.Close();
        _connections.TryRemove(connection.Id, out _);
    }
}
