using FastShard.Native.Interop;
using FastShard.Native.Sockets;

namespace FastShard.Transport.Epoll;

/// <summary>
/// A connection on a raw, non-blocking descriptor. It is registered once, edge-triggered in both directions, so moving
/// bytes costs exactly one system call each way and never a change of interest.
/// </summary>
internal sealed class EpollChannel : ByteChannel
{
    private readonly EpollReactor _reactor;
    private readonly SocketName _peer;
    private readonly string? _unixName;
    private string? _localAddress;
    private int _descriptor;
    private int _failure;
    private bool _isConnecting;
    private bool _wantsToSend;
    private bool _watchesWritable;
    private bool _hasPeerHungUp;
    private bool _hasEnded;

    internal EpollChannel(EpollReactor reactor, int descriptor, SocketName peer, string? unixName, bool isConnecting)
    {
        _reactor = reactor;
        _descriptor = descriptor;
        _peer = peer;
        _unixName = unixName;
        _isConnecting = isConnecting;
        _wantsToSend = isConnecting;
    }

    public override string PeerAddress => _unixName ?? _peer.ToString();

    public override string LocalAddress => _localAddress ??= ReadLocalAddress();

    public override int Descriptor => _descriptor;

    public override bool IsUnixSocket => _unixName is not null;

    public override bool IsLoopback => _peer.IsLoopback;

    public override string? FailureText => _failure == 0 ? null : Errno.Text(_failure);

    /// <summary>What the events of this channel carry: its place in the reactor's table.</summary>
    internal ulong Token { get; set; }

    /// <summary>It stands on the reactor's list of channels to call once more.</summary>
    internal bool IsRecalled { get; set; }

    public override int Receive(Span<byte> into)
    {
        int received = _failure == 0 && !IsClosed ? SocketCalls.Receive(_descriptor, into) : ChannelResult.Failed;
        if (received == into.Length) return received;
        if (received > 0)
        {
            // A short read means "drained" to the caller, but when the peer has hung up its end came with the same
            // edge and is not announced again by the kernel: so we do.
            if (_hasPeerHungUp && !_hasEnded) _reactor.Recall(this);
            return received;
        }

        if (received == ChannelResult.End) _hasEnded = true;
        return received == ChannelResult.End ? received : Answer(received);
    }

    public override int Send(ReadOnlySpan<byte> bytes)
    {
        int sent = _failure == 0 && !IsClosed ? SocketCalls.Send(_descriptor, bytes) : ChannelResult.Failed;
        if (sent == bytes.Length) return sent;

        WantToSend();
        return sent >= 0 ? sent : Answer(sent);
    }

    public override int Send(ReadOnlySpan<SendPiece> pieces)
    {
        int offered = 0;
        foreach (SendPiece piece in pieces) offered += piece.Bytes.Length;
        int sent = _failure == 0 && !IsClosed ? SocketCalls.Send(_descriptor, pieces) : ChannelResult.Failed;
        if (sent == offered) return sent;

        WantToSend();
        return sent >= 0 ? sent : Answer(sent);
    }

    public override void ShutdownWrites()
    {
        if (!IsClosed) SocketCalls.ShutdownWrites(_descriptor);
    }

    public override void Close()
    {
        if (IsClosed) return;

        IsClosed = true;
        _reactor.Forget(this);
        SocketCalls.Close(_descriptor);
        _descriptor = -1;
    }

    /// <summary>Turns the bits of one epoll event into calls.</summary>
    internal void Deliver(uint mask, IReactorHandler handler)
    {
        const uint Broken = EpollSet.Error | EpollSet.HungUp;
        if (_isConnecting && (mask & (EpollSet.Writable | Broken)) != 0) FinishConnecting();
        if ((mask & (EpollSet.PeerShutDown | Broken)) != 0) _hasPeerHungUp = true;

        // Writable first: what leaves makes room for the answers to what comes in.
        if (_wantsToSend && (mask & (EpollSet.Writable | Broken)) != 0)
        {
            _wantsToSend = false;
            handler.OnWritable(this);
        }

        // After the end every event still carries the readable bit; only an error is news then.
        uint news = _hasEnded ? EpollSet.Error : EpollSet.Readable | EpollSet.PeerShutDown | Broken;
        if ((mask & news) != 0 && !IsClosed) handler.OnReadable(this);
    }

    /// <summary>The descriptor could not be watched: the channel is born broken.</summary>
    internal void Fail(int error)
    {
        _failure = error;
        _reactor.Recall(this);
    }

    private void FinishConnecting()
    {
        _isConnecting = false;
        _failure = SocketCalls.TakeError(_descriptor);
    }

    private void WantToSend()
    {
        if (_wantsToSend) return;

        _wantsToSend = true;
        if (!IsUnixSocket || _watchesWritable || IsClosed) return;

        // A unix socket reports "writable" whenever its peer reads something, a wake-up for every reply. So this
        // direction is watched only from the first time on that it is full.
        _watchesWritable = true;
        _reactor.WatchWritable(this);
    }

    private int Answer(int result)
    {
        if (result == -Errno.WouldBlock) return ChannelResult.WouldBlock;
        if (_failure == 0 && !IsClosed) _failure = -result;
        return ChannelResult.Failed;
    }

    private string ReadLocalAddress()
    {
        if (IsUnixSocket) return _unixName!;
        return IsClosed ? "?:0" : SocketCalls.LocalName(_descriptor).ToString();
    }
}
