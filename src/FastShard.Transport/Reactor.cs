using FastShard.Transport.Epoll;
using FastShard.Transport.Pipelines;

namespace FastShard.Transport;

/// <summary>
/// A shard's event loop. A turn is: let the token go, <see cref="Wait"/>, take the token, <see cref="Dispatch"/>.
///
/// <para>Waiting touches nothing but the list of what is ready, so other threads that hold the shard's token may send,
/// receive, attach and close meanwhile. Everything except <see cref="Wake"/> and <see cref="Wait"/> needs the token;
/// <see cref="Wait"/> and <see cref="Dispatch"/> belong to the shard's own thread. A handler may let the token go and
/// take it back within its event: whatever others close or attach meanwhile, the rest of the events is still
/// right.</para>
/// </summary>
public abstract class Reactor : IDisposable
{
    /// <summary>Connections that could not be accepted, so far. Readable from any thread.</summary>
    public long AcceptFailures { get; protected set; }

    /// <summary>
    /// The process or the system ran out of descriptors (or of memory for them), and a listener was paused for it:
    /// <see cref="ResumeListening"/> goes on and clears this.
    /// </summary>
    public bool DescriptorsExhausted { get; protected set; }

    /// <summary>Open channels attached to this reactor.</summary>
    public int ChannelCount { get; protected set; }

    /// <summary>
    /// Closed channels whose last bytes are not with the kernel yet. The one that ends the process waits for them;
    /// <see cref="Wait"/> returns when one is done.
    /// </summary>
    public virtual int ClosingCount => 0;

    public static Reactor Create(TransportKind kind) => kind switch
    {
        TransportKind.Epoll when OperatingSystem.IsLinux() => new EpollReactor(),
        TransportKind.Epoll => throw new PlatformNotSupportedException("The epoll transport needs Linux."),
        _ => new PipelinesReactor(),
    };

    /// <summary>
    /// Sleeps until something happens, at most <paramref name="timeoutMillis"/> (-1: for ever). Returns the number of
    /// events found, which <see cref="Dispatch"/> delivers; 0 after a timeout or a signal.
    /// </summary>
    public abstract int Wait(int timeoutMillis);

    /// <summary>Delivers what the last wait found. Channels that were closed since then hear nothing.</summary>
    public abstract void Dispatch(IReactorHandler handler);

    /// <summary>
    /// Ends the current or the next wait early. Callable from any thread without the token, until the disposal;
    /// several calls before the wait ends cost no more than one.
    /// </summary>
    public abstract void Wake();

    /// <summary>
    /// From now on a wait here also ends when <paramref name="inner"/> has events, which are got by a wait of its own.
    /// Both loops are of one kind that <see cref="CanNest"/>.
    /// </summary>
    public virtual void Nest(Reactor inner) => throw new NotSupportedException();

    /// <summary>Ends what <see cref="Nest"/> began.</summary>
    public virtual void Unnest(Reactor inner) => throw new NotSupportedException();

    /// <summary>Whether one thread can wait for several loops of this kind.</summary>
    public virtual bool CanNest => false;

    /// <summary>Takes a connection in. Its events come from now on, first of all for bytes that wait already.</summary>
    public abstract ByteChannel Attach(IncomingSocket socket, object? owner);

    /// <summary>
    /// Starts an outgoing TCP connection; a host name is looked up while the caller waits. OnWritable says that it is
    /// established or failed (<see cref="ByteChannel.FailureText"/>). Null with the reason when it cannot even start.
    /// <paramref name="sourceAddress"/> is the numeric local address to use, null for any.
    /// </summary>
    public abstract ByteChannel? Connect(
        string host, int port, string? sourceAddress, object? owner, out string? error);

    /// <summary>Delivers the listener's connections from now on. A listener belongs to one reactor.</summary>
    public abstract void Listen(Listener listener);

    /// <summary>Leaves connections waiting in the kernel.</summary>
    public abstract void PauseListening(Listener listener);

    /// <summary>Accepts again after a pause, whoever caused it.</summary>
    public abstract void ResumeListening(Listener listener);

    /// <summary>Closes every channel; listeners stay open, for their owner to dispose of.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
