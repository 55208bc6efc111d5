using FastShard.Native.Sockets;

namespace FastShard.Transport.Epoll;

/// <summary>
/// One descriptor held in reserve. When there are none left, it is given up for the moment, so that peers who wait can
/// be accepted and closed: they learn at once that there is no room, instead of hanging in the kernel's queue.
/// </summary>
internal sealed class SpareDescriptor : IDisposable
{
    // A bound on one turn's work; who comes later waits until the owner resumes the listener.
    private const int RefusalsMax = 1024;

    // Any descriptor does; an eventfd is the cheapest one to have.
    private WakeSignal? _reserve = new();

    /// <summary>Closes the connections that wait on the listener. Returns how many beyond the first.</summary>
    public int RefuseWaiting(int listener)
    {
        if (_reserve is null) return 0;

        _reserve.Dispose();
        _reserve = null;
        int refused = 0;
        for (int accepted; refused < RefusalsMax; refused++)
        {
            accepted = SocketCalls.Accept(listener, out _);
            if (accepted < 0) break;
            SocketCalls.Close(accepted);
        }

        Restore();
        return Math.Max(0, refused - 1);
    }

    /// <summary>Reserves a descriptor again, if one is free.</summary>
    public void Restore()
    {
        if (_reserve is not null) return;

        try
        {
            _reserve = new WakeSignal();
        }
        catch (IOException)
        {
            // Somebody else took it; there is a next time.
            _reserve = null;
        }
    }

    public void Dispose() => _reserve?.Dispose();
}
