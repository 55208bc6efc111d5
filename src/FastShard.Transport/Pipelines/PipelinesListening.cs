using System.Collections.Concurrent;
using System.Net.Sockets;

namespace FastShard.Transport.Pipelines;

/// <summary>
/// One listener in a pipelines reactor: a loop on the pool accepts, a queue brings the sockets to the shard. A pause
/// ends the loop; what it had accepted by then waits in the queue for the resumption.
/// </summary>
internal sealed class PipelinesListening : IReadySource, IDisposable
{
    private readonly ConcurrentQueue<Socket> _accepted = new();
    private readonly PipelinesReactor _reactor;
    private readonly Listener _listener;
    private readonly ReadyNode _node;
    private CancellationTokenSource? _loop;
    private SocketException? _failure;

    public PipelinesListening(PipelinesReactor reactor, Listener listener)
    {
        _reactor = reactor;
        _listener = listener;
        _node = new ReadyNode(reactor.Queue, this);
    }

    public void Pause()
    {
        _loop?.Cancel();
        _loop?.Dispose();
        _loop = null;
    }

    public void Resume()
    {
        if (_loop is not null || _listener.IsDisposed) return;

        _loop = new CancellationTokenSource();
        _ = AcceptAsync(_loop.Token);
        if (!_accepted.IsEmpty) _node.Raise(ReadyEvents.Accepted);
    }

    public void Deliver(ReadyEvents events, IReactorHandler handler)
    {
        while (_loop is not null && !_listener.IsDisposed && _accepted.TryDequeue(out Socket? socket))
        {
            handler.OnAccept(_listener, new IncomingSocket(_listener, socket));
        }

        if (_listener.IsDisposed) Discard();
        SocketException? failure = Interlocked.Exchange(ref _failure, null);
        if (failure is null) return;

        _reactor.NoteAcceptFailure(failure.SocketErrorCode
            is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable);
        Pause();
    }

    public void Dispose()
    {
        Pause();
        Discard();
    }

    private async Task AcceptAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.Socket.AcceptAsync(stop).ConfigureAwait(false);
                Prepare(socket);
                _accepted.Enqueue(socket);
                _node.Raise(ReadyEvents.Accepted);
            }
        }
        catch (SocketException failure) when (!stop.IsCancellationRequested && !_listener.IsDisposed)
        {
            // The shard is told, and decides when to go on.
            _failure = failure;
            _node.Raise(ReadyEvents.Accepted);
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Paused, or the listener is gone: both are wanted.
        }
    }

    private void Prepare(Socket socket)
    {
        if (_listener.IsUnixSocket) return;

        try
        {
            socket.NoDelay = true;
            int seconds = _listener.KeepAliveSeconds;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, seconds > 0);
            if (seconds <= 0) return;

            const SocketOptionLevel Tcp = SocketOptionLevel.Tcp;
            socket.SetSocketOption(Tcp, SocketOptionName.TcpKeepAliveTime, seconds);
            socket.SetSocketOption(Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, seconds / 3));
            socket.SetSocketOption(Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        }
        catch (SocketException)
        {
            // The peer has gone already; the channel will find out.
        }
    }

    private void Discard()
    {
        while (_accepted.TryDequeue(out Socket? socket)) socket.Dispose();
    }
}
