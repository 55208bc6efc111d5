using FastShard.Native.Interop;
using FastShard.Native.Sockets;

namespace FastShard.Transport.Epoll;

/// <summary>
/// The system's accept; tests put one in its place that runs out of descriptors when they want it to.
/// </summary>
internal delegate int AcceptCall(int listener, out SocketName peer);

/// <summary>
/// One listener in an epoll reactor. Watched level-triggered, so a turn accepts a limited batch and the next one comes
/// back for the rest.
/// </summary>
internal sealed class EpollListening
{
    // Enough to drain a burst quickly, few enough that connected clients do not wait for a storm of new ones.
    private const int AcceptsPerTurn = 128;

    private readonly EpollSet _set;
    private readonly ulong _token;
    private readonly AcceptCall _accept;

    public EpollListening(EpollSet set, Listener listener, ulong token, AcceptCall accept)
    {
        _set = set;
        _accept = accept;
        Listener = listener;
        _token = token;
    }

    public Listener Listener { get; }

    public bool IsPaused { get; private set; } = true;

    public void Pause()
    {
        if (IsPaused) return;

        IsPaused = true;
        if (!Listener.IsDisposed) _ = _set.Remove(Listener.Descriptor);
    }

    /// <summary>0 or a negated error.</summary>
    public int Resume()
    {
        if (!IsPaused || Listener.IsDisposed) return 0;

        int result = _set.Add(Listener.Descriptor, EpollSet.Readable, _token);
        IsPaused = result != 0;
        return result;
    }

    /// <summary>Hands the waiting connections over. Returns the error that stands in the way of more, or 0.</summary>
    public int Accept(IReactorHandler handler)
    {
        for (int i = 0; i < AcceptsPerTurn && !IsPaused && !Listener.IsDisposed; i++)
        {
            int accepted = _accept(Listener.Descriptor, out SocketName peer);
            if (accepted >= 0)
            {
                handler.OnAccept(Listener, new IncomingSocket(Listener, accepted, peer));
                continue;
            }

            if (accepted == -Errno.WouldBlock) return 0;

            // These are about one connection that went away while it waited; the next may be well.
            if (accepted is -Errno.ConnectionAborted or -Errno.Interrupted or -Errno.ProtocolError) continue;
            return -accepted;
        }

        return 0;
    }
}
