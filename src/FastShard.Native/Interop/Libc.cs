using System.Runtime.InteropServices;

namespace FastShard.Native.Interop;

/// <summary>
/// The general imports from libc. Calls that return in well under a microsecond and never block skip the switch to
/// preemptive mode (SuppressGCTransition); everything that may sleep must not, or a collection would wait for it.
/// </summary>
internal static unsafe partial class Libc
{
    internal const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "write"), SuppressGCTransition]
    internal static partial nint WriteNow(int descriptor, void* bytes, nuint length);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint FutexWait(
        nint number, int* word, nint operation, nint expected, void* timeout, void* unused, nint bitset);

    [LibraryImport(Library, EntryPoint = "syscall")]
    internal static partial nint FutexWake(
        nint number, int* word, nint operation, nint count, void* timeout, void* unused, nint bitset);

    [LibraryImport(Library, EntryPoint = "clock_gettime"), SuppressGCTransition]
    internal static partial int ClockGetTime(int clock, TimeSpec* time);

    [LibraryImport(Library, EntryPoint = "getrusage")]
    internal static partial int GetResourceUsage(int who, void* usage);

    [LibraryImport(Library, EntryPoint = "getrlimit")]
    internal static partial int GetResourceLimit(int resource, ResourceLimit* limit);

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    internal static partial int SetResourceLimit(int resource, ResourceLimit* limit);

    [LibraryImport(Library, EntryPoint = "signal")]
    internal static partial nint SetSignal(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "sched_setaffinity", SetLastError = true)]
    internal static partial int SetAffinity(int thread, nuint length, void* mask);

    [LibraryImport(Library, EntryPoint = "setpriority", SetLastError = true)]
    internal static partial int SetPriority(int which, uint who, int niceness);

    [LibraryImport(Library, EntryPoint = "sched_getaffinity", SetLastError = true)]
    internal static partial int GetAffinity(int thread, nuint length, void* mask);

    /// <summary>struct timespec of 64-bit Linux.</summary>
    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct rlimit of 64-bit Linux.</summary>
    internal struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
