using System.Runtime.InteropServices;

namespace FastShard.Native.Interop;

/// <summary>
/// The three system calls of the data path by their numbers. The C library's own functions for them are cancellation
/// points: in a process with threads each call switches the thread's cancellation type on and off again, which nobody
/// here needs (measured: 1.5 % of an unpipelined GET). Machines whose numbers are not known here take the functions.
/// </summary>
internal static unsafe partial class DirectCalls
{
    private static readonly nint ReceiveNumber = NumberOf(x64: 45, others: 207);
    private static readonly nint SendNumber = NumberOf(x64: 44, others: 206);
    private static readonly nint EpollWaitNumber = NumberOf(x64: 281, others: 22);

    /// <summary>recv with no flags, on a non-blocking descriptor.</summary>
    internal static nint Receive(int descriptor, byte* into, nuint length) =>
        ReceiveNumber == 0
            ? LibcSockets.Receive(descriptor, into, length, 0)
            : Call(ReceiveNumber, descriptor, into, length, 0, null, 0);

    /// <summary>send, on a non-blocking descriptor.</summary>
    internal static nint Send(int descriptor, byte* bytes, nuint length, int flags) =>
        SendNumber == 0
            ? LibcSockets.Send(descriptor, bytes, length, flags)
            : Call(SendNumber, descriptor, bytes, length, flags, null, 0);

    /// <summary>epoll_wait with timeout 0.</summary>
    internal static int EpollPoll(int set, void* events, int capacity) =>
        EpollWaitNumber == 0
            ? LibcSockets.EpollPoll(set, events, capacity, 0)
            : (int)Call(EpollWaitNumber, set, events, (nuint)capacity, 0, null, 0);

    /// <summary>epoll_wait that sleeps; errno is kept for <see cref="Errno.NegatedLast"/>.</summary>
    internal static int EpollWait(int set, void* events, int capacity, int timeoutMillis) =>
        EpollWaitNumber == 0
            ? LibcSockets.EpollWait(set, events, capacity, timeoutMillis)
            : (int)WaitingCall(EpollWaitNumber, set, events, (nuint)capacity, timeoutMillis, null, 0);

    private static nint NumberOf(nint x64, nint others) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => x64,
        Architecture.Arm64 or Architecture.RiscV64 => others,
        _ => 0,
    };

    // Never sleeps: it may skip the GC transition.
    [LibraryImport(Libc.Library, EntryPoint = "syscall"), SuppressGCTransition]
    private static partial nint Call(
        nint number, nint descriptor, void* memory, nuint length, nint option, void* address, nint addressLength);

    [LibraryImport(Libc.Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint WaitingCall(
        nint number, nint descriptor, void* memory, nuint length, nint option, void* mask, nint maskLength);
}
