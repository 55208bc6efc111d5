using System.Runtime.CompilerServices;
using FastShard.Native.Diagnostics;
using FastShard.Native.Interop;

namespace FastShard.Native.Sockets;

/// <summary>
/// Socket calls on raw, non-blocking Linux descriptors. Results are counts or descriptors when they are not negative
/// and a negated <see cref="Errno"/> when they are: one number, no exception, no second call for the reason.
/// </summary>
public static unsafe class SocketCalls
{
    private const int StreamType = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int SocketLevel = 1;
    private const int TcpLevel = 6;
    private const int ErrorOption = 4;
    private const int KeepAliveOption = 9;
    private const int NoDelayOption = 1;
    private const int CongestionOption = 13;
    private const int KeepIdleOption = 4;
    private const int KeepIntervalOption = 5;
    private const int KeepCountOption = 6;
    private const int KeepAliveProbes = 3;
    private const int NativeNameCapacity = 128;

    /// <summary>
    /// Bytes received, 0 at the peer's orderly end, or a negated error. <paramref name="into"/> is not empty.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Receive(int descriptor, Span<byte> into)
    {
        Invariant.Slow(!into.IsEmpty);
        fixed (byte* start = into)
        {
            int received = (int)DirectCalls.Receive(descriptor, start, (nuint)into.Length);
            return received >= 0 ? received : Errno.Negated();
        }
    }

    /// <summary>
    /// Bytes that the kernel took, perhaps fewer than offered, or a negated error. Never raises SIGPIPE.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            int sent = (int)DirectCalls.Send(descriptor, start, (nuint)bytes.Length, NoSignal);
            return sent >= 0 ? sent : Errno.Negated();
        }
    }

    /// <summary>The same for several runs of bytes, with one call; at most 1024 of them.</summary>
    public static int Send(int descriptor, ReadOnlySpan<SendPiece> pieces)
    {
        fixed (SendPiece* first = pieces)
        {
            LibcSockets.MessageHeader message = new() { Pieces = first, PieceCount = (nuint)pieces.Length };
            int sent = (int)LibcSockets.SendMessage(descriptor, &message, NoSignal);
            return sent >= 0 ? sent : Errno.Negated();
        }
    }

    /// <summary>
    /// The next waiting connection as a non-blocking descriptor that dies on exec, or a negated error.
    /// </summary>
    public static int Accept(int listener, out SocketName peer)
    {
        byte* name = stackalloc byte[NativeNameCapacity];
        uint length = NativeNameCapacity;
        int descriptor = LibcSockets.Accept(listener, name, &length, NonBlocking | CloseOnExec);
        if (descriptor < 0)
        {
            int error = Errno.Negated();
            peer = default;
            return error;
        }

        peer = SocketName.FromNative(new ReadOnlySpan<byte>(name, (int)Math.Min(length, NativeNameCapacity)));
        return descriptor;
    }

    /// <summary>
    /// Starts a TCP connection and returns its descriptor at once: it becomes writable when the peer answered, and
    /// <see cref="TakeError"/> then says how. <paramref name="from"/> may be empty: any local address.
    /// </summary>
    public static int StartConnect(SocketName to, SocketName from)
    {
        int descriptor = LibcSockets.Socket(to.NativeFamily, StreamType | NonBlocking | CloseOnExec, 0);
        if (descriptor < 0) return Errno.NegatedLast();

        byte* name = stackalloc byte[NativeNameCapacity];
        var native = new Span<byte>(name, NativeNameCapacity);
        bool failed = from.HasAddress && LibcSockets.Bind(descriptor, name, (uint)from.ToNative(native)) < 0;
        failed = failed || LibcSockets.Connect(descriptor, name, (uint)to.ToNative(native)) < 0;
        int error = failed ? Errno.NegatedLast() : 0;
        if (error is 0 or -Errno.InProgress) return descriptor;

        Close(descriptor);
        return error;
    }

    /// <summary>Gives the descriptor back; what the kernel has not sent yet is still sent.</summary>
    public static void Close(int descriptor)
    {
        // EINTR is not retried: Linux has released the descriptor by then, and the number may be somebody else's.
        int result = Libc.Close(descriptor);
        Invariant.Check(result == 0 || Errno.NegatedLast() != -Errno.BadDescriptor);
    }

    /// <summary>Says to the peer that nothing more will be sent; receiving goes on.</summary>
    public static void ShutdownWrites(int descriptor) => _ = LibcSockets.Shutdown(descriptor, how: 1);

    /// <summary>The error that waits on the socket (0 = none), as a positive number; reading it clears it.</summary>
    public static int TakeError(int descriptor)
    {
        int error = 0;
        uint length = sizeof(int);
        int result = LibcSockets.GetOption(descriptor, SocketLevel, ErrorOption, &error, &length);
        return result == 0 ? error : -Errno.NegatedLast();
    }

    /// <summary>The local end's name; empty for unix sockets.</summary>
    public static SocketName LocalName(int descriptor)
    {
        byte* name = stackalloc byte[NativeNameCapacity];
        uint length = NativeNameCapacity;
        int result = LibcSockets.GetLocalName(descriptor, name, &length);
        return result == 0
            ? SocketName.FromNative(new ReadOnlySpan<byte>(name, (int)Math.Min(length, NativeNameCapacity)))
            : default;
    }

    /// <summary>Sends small writes at once. Sockets accepted from a listener inherit its setting on Linux.</summary>
    public static void SetNoDelay(int descriptor) => SetOption(descriptor, TcpLevel, NoDelayOption, 1);

    /// <summary>
    /// For a connection that stays on this machine: the plainest congestion control, which every kernel has. What the
    /// system's default may do for a long path (bbr paces with a timer a socket and estimates rates with every
    /// acknowledgement) is only a cost where nothing can be lost or queued.
    /// </summary>
    public static void SetPlainCongestionControl(int descriptor)
    {
        fixed (byte* name = "reno"u8) _ = LibcSockets.SetOption(descriptor, TcpLevel, CongestionOption, name, 4);
    }

    /// <summary>
    /// First probe after <paramref name="seconds"/> of silence, three more at a third of that; 0 turns probing off.
    /// Sockets accepted from a listener inherit its setting on Linux, which saves four calls per connection.
    /// </summary>
    public static void SetKeepAlive(int descriptor, int seconds)
    {
        SetOption(descriptor, SocketLevel, KeepAliveOption, seconds > 0 ? 1 : 0);
        if (seconds <= 0) return;

        SetOption(descriptor, TcpLevel, KeepIdleOption, seconds);
        SetOption(descriptor, TcpLevel, KeepIntervalOption, Math.Max(1, seconds / KeepAliveProbes));
        SetOption(descriptor, TcpLevel, KeepCountOption, KeepAliveProbes);
    }

    private static void SetOption(int descriptor, int level, int option, int value) =>
        // A refused tuning option (a unix socket, an exotic kernel) costs speed, never correctness.
        _ = LibcSockets.SetOption(descriptor, level, option, &value, sizeof(int));
}
