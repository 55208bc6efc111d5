using System.Runtime.InteropServices;

namespace FastShard.Native.Interop;

/// <summary>The calls on a file that only grows: all of them may wait for a disk.</summary>
internal static unsafe partial class LibcAppend
{
    internal const int AppendFlags = 1 | 0x40 | 0x400 | 0x80000; // O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC
    internal const int SeekEnd = 2;

    [LibraryImport(Libc.Library, EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    [LibraryImport(Libc.Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, void* bytes, nuint length);

    [LibraryImport(Libc.Library, EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int SyncData(int descriptor);

    [LibraryImport(Libc.Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(int descriptor);

    [LibraryImport(Libc.Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int descriptor, long length);

    [LibraryImport(Libc.Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long offset, int whence);
}
