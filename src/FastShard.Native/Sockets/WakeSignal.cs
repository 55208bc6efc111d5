using FastShard.Native.Interop;

namespace FastShard.Native.Sockets;

/// <summary>
/// An eventfd that wakes a thread out of its epoll wait. Watched edge-triggered, so every raise is an event of its own
/// and nobody needs to read the counter back (it overflows after 2^64 raises): one system call a wake-up, not two.
/// </summary>
public sealed unsafe class WakeSignal : IDisposable
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private int _isRaised;
    private bool _isDisposed;

    public WakeSignal()
    {
        Descriptor = LibcSockets.EventDescriptor(0, NonBlocking | CloseOnExec);
        if (Descriptor < 0) throw new IOException($"eventfd: {Errno.Text(-Errno.NegatedLast())}");
    }

    public int Descriptor { get; }

    /// <summary>Callable from any thread; raises before the next <see cref="Lower"/> cost nothing more.</summary>
    public void Raise()
    {
        // A full fence on both sides (here and in Lower) orders the caller's message: either we see the lowered flag
        // and write, or the woken thread lowers it later and then sees the message.
        if (Interlocked.Exchange(ref _isRaised, 1) != 0) return;

        ulong one = 1;
        _ = Libc.WriteNow(Descriptor, &one, sizeof(ulong));
    }

    /// <summary>
    /// The woken thread saw the event. A full fence: its next reads see what was posted before the raise.
    /// </summary>
    public void Lower() => Interlocked.Exchange(ref _isRaised, 0);

    public void Dispose()
    {
        if (_isDisposed) return;

        _isDisposed = true;
        SocketCalls.Close(Descriptor);
    }
}
