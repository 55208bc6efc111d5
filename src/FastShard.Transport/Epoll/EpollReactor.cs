using System.Net;
using FastShard.Native.Interop;
using FastShard.Native.Sockets;

namespace FastShard.Transport.Epoll;

/// <summary>
/// The event loop on Linux. Every descriptor is registered once, edge-triggered, with a number that leads to its
/// channel (<see cref="ChannelTable"/>), so the hot path is three system calls: epoll_wait, recv, send.
/// </summary>
internal sealed class EpollReactor : Reactor
{
    private const int EventsPerWait = 512;
    private const uint ReadInterest = EpollSet.Readable | EpollSet.PeerShutDown | EpollSet.EdgeTriggered;
    private const uint FullInterest = ReadInterest | EpollSet.Writable;

    // A number's top half is a generation for channels; these never are one (a place would have to be reused four
    // billion times).
    private const ulong WakeToken = ulong.MaxValue;
    private const ulong ListenerTokens = (ulong)(uint.MaxValue - 1) << 32;

    private const ulong NestedToken = (ulong)uint.MaxValue << 32;

    private readonly EpollSet _set = new(EventsPerWait);
    private readonly WakeSignal _wake = new();
    private readonly ChannelTable _channels = new();
    private readonly List<EpollListening> _listenings = [];
    private readonly List<EpollChannel> _recalled = [];
    private readonly SpareDescriptor _spare = new();
    private readonly AcceptCall _accept;
    private int _readyCount;
    private bool _isDispatching;
    private bool _isDisposed;

    internal EpollReactor()
        : this(SocketCalls.Accept)
    {
    }

    internal EpollReactor(AcceptCall accept)
    {
        _accept = accept;
        int result = _set.Add(_wake.Descriptor, EpollSet.Readable | EpollSet.EdgeTriggered, WakeToken);
        if (result != 0) throw new IOException($"epoll_ctl: {Errno.Text(-result)}");
    }

    public override int Wait(int timeoutMillis) => _readyCount = _set.Wait(timeoutMillis);

    public override void Dispatch(IReactorHandler handler)
    {
        _isDispatching = true;
        for (int i = 0; i < _readyCount; i++)
        {
            ulong token = _set.Token(i);
            if (token < ListenerTokens) _channels.Find(token)?.Deliver(_set.Mask(i), handler);
            else if (token == WakeToken) _wake.Lower();
            else if (token != NestedToken) AcceptFrom(_listenings[(int)(uint)token], handler);
        }

        _readyCount = 0;

        // Grows while it is walked: a recalled channel that reads its last bytes is called once more for its end.
        for (int i = 0; i < _recalled.Count; i++)
        {
            EpollChannel channel = _recalled[i];
            channel.IsRecalled = false;
            if (!channel.IsClosed) handler.OnReadable(channel);
        }

        _recalled.Clear();
        _isDispatching = false;
    }

    public override void Wake() => _wake.Raise();

    public override bool CanNest => true;

    // Watched level-triggered: it stays ready until the inner loop's own wait has taken its events.
    public override void Nest(Reactor inner)
    {
        int result = _set.Add(((EpollReactor)inner)._set.Descriptor, EpollSet.Readable, NestedToken);
        if (result != 0) throw new IOException($"epoll_ctl: {Errno.Text(-result)}");
    }

    public override void Unnest(Reactor inner) => _ = _set.Remove(((EpollReactor)inner)._set.Descriptor);

    public override ByteChannel Attach(IncomingSocket socket, object? owner)
    {
        if (socket.Descriptor < 0) throw new ArgumentException("Accepted by another kind of reactor.", nameof(socket));

        string? unixName = socket.IsUnixSocket ? socket.Listener.Name : null;
        if (socket.IsLoopback) SocketCalls.SetPlainCongestionControl(socket.Descriptor);
        var channel = new EpollChannel(this, socket.Descriptor, socket.Peer, unixName, isConnecting: false);
        return Register(channel, owner, unixName is null ? FullInterest : ReadInterest);
    }

    public override ByteChannel? Connect(
        string host, int port, string? sourceAddress, object? owner, out string? error)
    {
        IPAddress? target = SocketNames.Resolve(host, out error);
        if (target is null) return null;

        SocketName from = default;
        if (sourceAddress is not null && IPAddress.TryParse(sourceAddress, out IPAddress? source))
        {
            from = SocketNames.From(source, port: 0);
        }

        SocketName peer = SocketNames.From(target, port);
        int descriptor = SocketCalls.StartConnect(peer, from);
        if (descriptor < 0)
        {
            error = Errno.Text(-descriptor);
            return null;
        }

        SocketCalls.SetNoDelay(descriptor);
        return Register(new EpollChannel(this, descriptor, peer, null, isConnecting: true), owner, FullInterest);
    }

    public override void Listen(Listener listener)
    {
        var listening = new EpollListening(_set, listener, ListenerTokens | (uint)_listenings.Count, _accept);
        listener.Registration = listening;
        _listenings.Add(listening);
        int result = listening.Resume();
        if (result != 0) throw new IOException($"epoll_ctl: {Errno.Text(-result)}");
    }

    public override void PauseListening(Listener listener) => Listening(listener).Pause();

    public override void ResumeListening(Listener listener)
    {
        DescriptorsExhausted = false;
        _spare.Restore();
        _ = Listening(listener).Resume();
    }

    /// <summary>The channel is called for its end once more, at the end of this dispatch or in the next one.</summary>
    internal void Recall(EpollChannel channel)
    {
        if (channel.IsRecalled) return;

        channel.IsRecalled = true;
        _recalled.Add(channel);
        if (!_isDispatching) Wake();
    }

    internal void WatchWritable(EpollChannel channel) =>
        _ = _set.Modify(channel.Descriptor, FullInterest, channel.Token);

    /// <summary>
    /// The channel closes: from now on no event finds it. Its descriptor leaves the set with its close.
    /// </summary>
    internal void Forget(EpollChannel channel)
    {
        _channels.Remove(channel.Token);
        ChannelCount = _channels.Count;
    }

    protected override void Dispose(bool disposing)
    {
        if (_isDisposed) return;

        _isDisposed = true;
        for (int place = 0; place < _channels.Places; place++) _channels.At(place)?.Close();
        foreach (EpollListening listening in _listenings) listening.Pause();
        _set.Dispose();
        _wake.Dispose();
        _spare.Dispose();
    }

    private static EpollListening Listening(Listener listener) =>
        listener.Registration as EpollListening
        ?? throw new ArgumentException("This reactor does not listen on it.", nameof(listener));

    private EpollChannel Register(EpollChannel channel, object? owner, uint interest)
    {
        channel.Owner = owner;
        channel.Token = _channels.Add(channel);
        ChannelCount = _channels.Count;
        int result = _set.Add(channel.Descriptor, interest, channel.Token);
        if (result != 0) channel.Fail(-result);
        return channel;
    }

    private void AcceptFrom(EpollListening listening, IReactorHandler handler)
    {
        int error = listening.Accept(handler);
        if (error == 0) return;

        AcceptFailures++;
        if (error is Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBuffers or Errno.OutOfMemory)
        {
            DescriptorsExhausted = true;
            AcceptFailures += _spare.RefuseWaiting(listening.Listener.Descriptor);
        }

        // Watched level-triggered, a listener that cannot accept would make every wait return at once.
        listening.Pause();
    }
}
