using System.Runtime.InteropServices;

namespace FastShard.Native.Interop;

/// <summary>The calls on files: all of them may wait for a disk.</summary>
internal static unsafe partial class LibcFiles
{
    internal const int ReadOnly = 0;
    internal const int CreateForWriting = 1 | 0x40 | 0x200; // O_WRONLY | O_CREAT | O_TRUNC
    internal const int CreateForAppending = 1 | 0x40 | 0x400; // O_WRONLY | O_CREAT | O_APPEND
    internal const int CloseOnExec = 0x80000;
    internal const int SeekEnd = 2;

    internal const int StartWriteback = 2; // SYNC_FILE_RANGE_WRITE

    [LibraryImport(Libc.Library, EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags, int mode);

    [LibraryImport(Libc.Library, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, void* bytes, nuint length);

    [LibraryImport(Libc.Library, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, void* bytes, nuint length);

    [LibraryImport(Libc.Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(int descriptor);

    [LibraryImport(Libc.Library, EntryPoint = "fdatasync", SetLastError = true)]
    internal static partial int SyncData(int descriptor);

    [LibraryImport(Libc.Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(int descriptor, long length);

    [LibraryImport(Libc.Library, EntryPoint = "sync_file_range", SetLastError = true)]
    internal static partial int SyncRange(int descriptor, long offset, long length, uint flags);

    [LibraryImport(Libc.Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport(Libc.Library, EntryPoint = "rename", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Rename(string from, string to);

    [LibraryImport(Libc.Library, EntryPoint = "unlink", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);
}
