using System.Net;
using System.Net.Sockets;
using FastShard.Native.Sockets;

namespace FastShard.Transport.Pipelines;

/// <summary>
/// The portable event loop. The runtime's thread pool moves bytes between sockets and pipes; what a shard has to hear
/// of reaches it through one queue, and its handlers run on its own thread like those of the epoll loop.
/// </summary>
internal sealed class PipelinesReactor : Reactor
{
    private readonly ReadyQueue _queue = new();
    private readonly List<ReadyNode> _ready = [];
    private readonly HashSet<PipelinesChannel> _channels = [];
    private readonly List<PipelinesListening> _listenings = [];
    private readonly Action _onClosed;
    private int _closingCount;
    private bool _isDisposed;

    internal PipelinesReactor() => _onClosed = OnClosed;

    public override int ClosingCount => Volatile.Read(ref _closingCount);

    internal ReadyQueue Queue => _queue;

    public override int Wait(int timeoutMillis) => _queue.Take(_ready, timeoutMillis);

    public override void Dispatch(IReactorHandler handler)
    {
        foreach (ReadyNode node in _ready) node.Deliver(handler);
        _ready.Clear();
    }

    public override void Wake() => _queue.Wake();

    public override ByteChannel Attach(IncomingSocket socket, object? owner)
    {
        if (socket.Socket is null) throw new ArgumentException("Accepted by another kind of reactor.", nameof(socket));

        string? unixName = socket.IsUnixSocket ? socket.Listener.Name : null;
        var channel = new PipelinesChannel(this, socket.Socket, socket.Peer, unixName) { Owner = owner };
        Add(channel);
        channel.Start();
        return channel;
    }

    public override ByteChannel? Connect(
        string host, int port, string? sourceAddress, object? owner, out string? error)
    {
        IPAddress? target = SocketNames.Resolve(host, out error);
        if (target is null) return null;

        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (sourceAddress is not null) socket.Bind(new IPEndPoint(IPAddress.Parse(sourceAddress), 0));
        }
        catch (Exception failure) when (failure is SocketException or FormatException)
        {
            error = failure.Message;
            socket.Dispose();
            return null;
        }

        SocketName peer = SocketNames.From(target, port);
        var channel = new PipelinesChannel(this, socket, peer, unixName: null) { Owner = owner };
        Add(channel);
        channel.StartConnecting(new IPEndPoint(target, port));
        return channel;
    }

    public override void Listen(Listener listener)
    {
        var listening = new PipelinesListening(this, listener);
        listener.Registration = listening;
        _listenings.Add(listening);
        listening.Resume();
    }

    public override void PauseListening(Listener listener) => Listening(listener).Pause();

    public override void ResumeListening(Listener listener)
    {
        DescriptorsExhausted = false;
        Listening(listener).Resume();
    }

    /// <summary>
    /// The channel hears nothing more. What is returned is to be called when its last bytes are sent.
    /// </summary>
    internal Action Forget(PipelinesChannel channel)
    {
        _channels.Remove(channel);
        ChannelCount = _channels.Count;
        Interlocked.Increment(ref _closingCount);
        return _onClosed;
    }

    /// <summary>On the reactor's thread: a listener had to stop accepting.</summary>
    internal void NoteAcceptFailure(bool isExhausted)
    {
        AcceptFailures++;
        if (isExhausted) DescriptorsExhausted = true;
    }

    protected override void Dispose(bool disposing)
    {
        if (_isDisposed) return;

        _isDisposed = true;
        PipelinesChannel[] open = [.. _channels];
        foreach (PipelinesChannel channel in open) channel.Close();
        foreach (PipelinesListening listening in _listenings) listening.Dispose();

        // The queue's event is left to the finalizer: loops on the pool that end later still raise it.
    }

    // On the pool.
    private void OnClosed()
    {
        Interlocked.Decrement(ref _closingCount);
        Wake();
    }

    private static PipelinesListening Listening(Listener listener) =>
        listener.Registration as PipelinesListening
        ?? throw new ArgumentException("This reactor does not listen on it.", nameof(listener));

    private void Add(PipelinesChannel channel)
    {
        _channels.Add(channel);
        ChannelCount = _channels.Count;
    }
}
