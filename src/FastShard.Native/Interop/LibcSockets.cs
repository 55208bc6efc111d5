using System.Runtime.InteropServices;

namespace FastShard.Native.Interop;

/// <summary>
/// Imports for sockets, epoll and eventfd. The data-path calls run on non-blocking descriptors only, so they never
/// sleep and may skip the GC transition; epoll_wait sleeps and therefore never does.
/// </summary>
internal static unsafe partial class LibcSockets
{
    [LibraryImport(Libc.Library, EntryPoint = "recv"), SuppressGCTransition]
    internal static partial nint Receive(int descriptor, byte* into, nuint length, int flags);

    [LibraryImport(Libc.Library, EntryPoint = "send"), SuppressGCTransition]
    internal static partial nint Send(int descriptor, byte* bytes, nuint length, int flags);

    [LibraryImport(Libc.Library, EntryPoint = "sendmsg"), SuppressGCTransition]
    internal static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Libc.Library, EntryPoint = "accept4"), SuppressGCTransition]
    internal static partial int Accept(int descriptor, byte* name, uint* nameLength, int flags);

    [LibraryImport(Libc.Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Libc.Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int descriptor, byte* name, uint nameLength);

    [LibraryImport(Libc.Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int descriptor, byte* name, uint nameLength);

    [LibraryImport(Libc.Library, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Libc.Library, EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetLocalName(int descriptor, byte* name, uint* nameLength);

    [LibraryImport(Libc.Library, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetOption(int descriptor, int level, int option, void* value, uint* length);

    [LibraryImport(Libc.Library, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetOption(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport(Libc.Library, EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport(Libc.Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int set, int operation, int descriptor, void* change);

    [LibraryImport(Libc.Library, EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int set, void* events, int capacity, int timeoutMillis);

    // A wait with timeout 0 is a poll: it never sleeps, so this face of the same call may skip the transition.
    [LibraryImport(Libc.Library, EntryPoint = "epoll_wait"), SuppressGCTransition]
    internal static partial int EpollPoll(int set, void* events, int capacity, int timeoutMillis);

    [LibraryImport(Libc.Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventDescriptor(uint initial, int flags);

    /// <summary>struct msghdr of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct MessageHeader
    {
        internal byte* Name;
        internal ulong NameLength;
        internal void* Pieces;
        internal nuint PieceCount;
        internal void* Control;
        internal nuint ControlLength;
        internal long Flags;
    }
}
