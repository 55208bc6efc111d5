using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FastShard.Transport;

namespace FastShard.UnitTests.Transport;

/// <summary>
/// A reactor on the test's own thread, with a listener on a free port and a handler whose reactions the test may
/// replace. Clients are plain sockets; whatever waits gives up after a generous while instead of hanging the run.
/// </summary>
internal sealed class ReactorRig : IReactorHandler, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly List<Socket> _clients = [];

    public ReactorRig(TransportKind kind)
        : this(kind, ListenOnLoopback())
    {
    }

    public ReactorRig(TransportKind kind, Listener listener)
        : this(Reactor.Create(kind), listener)
    {
    }

    public ReactorRig(Reactor reactor, Listener listener)
    {
        Reactor = reactor;
        Listener = listener;
        Reactor.Listen(listener);
        OnReadable = (_, channel) => Of(channel).Drain(channel, ReceiveBytes);
        OnWritable = (_, _) => { };
        OnAccept = (_, socket) => Attach(socket);
    }

    public Reactor Reactor { get; }

    public Listener Listener { get; }

    public List<ByteChannel> Channels { get; } = [];

    public int ReceiveBytes { get; init; } = 4096;

    public Action<ReactorRig, ByteChannel> OnReadable { get; set; }

    public Action<ReactorRig, ByteChannel> OnWritable { get; set; }

    public Action<Listener, IncomingSocket> OnAccept { get; set; }

    public static Endpoint Of(ByteChannel channel) => (Endpoint)channel.Owner!;

    public static Listener ListenOnLoopback()
    {
        Xunit.Assert.True(Listener.TryListenTcp("127.0.0.1", 0, 511, false, out Listener? listener, out string? error));
        Xunit.Assert.Null(error);
        return listener!;
    }

    public Socket NewClient()
    {
        Socket client = Listener.IsUnixSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        client.SendTimeout = (int)Patience.TotalMilliseconds;
        _clients.Add(client);
        return client;
    }

    public Socket ConnectClient()
    {
        Socket client = NewClient();
        if (Listener.IsUnixSocket) client.Connect(new UnixDomainSocketEndPoint(Listener.Name[..^2]));
        else client.Connect(IPAddress.Loopback, Listener.Port);
        return client;
    }

    /// <summary>A client and the channel on this side.</summary>
    public (Socket Client, ByteChannel Channel) ConnectPair()
    {
        int before = Channels.Count;
        Socket client = ConnectClient();
        RunUntil(() => Channels.Count > before);
        return (client, Channels[^1]);
    }

    public ByteChannel Attach(IncomingSocket socket)
    {
        ByteChannel channel = Reactor.Attach(socket, new Endpoint());
        Channels.Add(channel);
        return channel;
    }

    public void Turn(int timeoutMillis)
    {
        Reactor.Wait(timeoutMillis);
        Reactor.Dispatch(this);
    }

    public void RunUntil(Func<bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Xunit.Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "The awaited never happened.");
            Turn(timeoutMillis: 20);
        }
    }

    /// <summary>Turns until nothing more happens by itself.</summary>
    public void Settle()
    {
        for (int quiet = 0; quiet < 3;)
        {
            quiet = Reactor.Wait(timeoutMillis: 10) == 0 ? quiet + 1 : 0;
            Reactor.Dispatch(this);
        }
    }

    public void Dispose()
    {
        foreach (Socket client in _clients) client.Dispose();
        Reactor.Dispose();
        Listener.Dispose();
    }

    void IReactorHandler.OnReadable(ByteChannel channel)
    {
        Xunit.Assert.False(channel.IsClosed);
        Of(channel).ReadableEvents++;
        OnReadable(this, channel);
    }

    void IReactorHandler.OnWritable(ByteChannel channel)
    {
        Xunit.Assert.False(channel.IsClosed);
        Of(channel).WritableEvents++;
        OnWritable(this, channel);
    }

    void IReactorHandler.OnAccept(Listener listener, IncomingSocket socket) => OnAccept(listener, socket);
}
