using FastShard.Native.Interop;

namespace FastShard.Native.Files;

/// <summary>
/// A file by its descriptor, read or written from front to back or at its end, whose every failure is told as the
/// system's error number: what a full or failing disk says must reach the log in its own words, and who writes decides
/// by it what to try again.
/// </summary>
/// <remarks>For threads that may wait. SAFETY: spans are pinned for the call. OWNER: whoever opened it.</remarks>
public sealed unsafe class DataFile : IDisposable
{
    private const int Mode = 0x1A4; // rw-r--r--
    private const int NoSuchFile = 2;

    private int _descriptor;

    private DataFile(int descriptor) => _descriptor = descriptor;

    /// <summary>Bytes in a file that is written, as far as it is known here.</summary>
    public long End { get; private set; }

    /// <summary>Makes a file or empties one; null with the error number.</summary>
    public static DataFile? Create(string path, out int error) =>
        Opened(LibcFiles.Open(path, LibcFiles.CreateForWriting | LibcFiles.CloseOnExec, Mode), out error);

    /// <summary>Opens a file to write at its end, which is made if it is missing; null with the error number.</summary>
    public static DataFile? OpenEnd(string path, out int error)
    {
        int flags = LibcFiles.CreateForAppending | LibcFiles.CloseOnExec;
        DataFile? file = Opened(LibcFiles.Open(path, flags, Mode), out error);
        if (file is not null) file.End = Math.Max(LibcFiles.Seek(file._descriptor, 0, LibcFiles.SeekEnd), 0);
        return file;
    }

    /// <summary>Opens a file for reading; null with the error number.</summary>
    public static DataFile? Open(string path, out int error) =>
        Opened(LibcFiles.Open(path, LibcFiles.ReadOnly | LibcFiles.CloseOnExec, 0), out error);

    /// <summary>Whether an error says that there is no such file.</summary>
    public static bool IsMissing(int error) => error == NoSuchFile;

    /// <summary>Gives a file another name, in the place of what had it. 0, or the error number.</summary>
    public static int Rename(string from, string to) => Outcome(LibcFiles.Rename(from, to));

    /// <summary>Removes a name. 0, or the error number.</summary>
    public static int Remove(string path) => Outcome(LibcFiles.Unlink(path));

    /// <summary>Makes the names in a folder outlive a power cut. 0, or the error number.</summary>
    public static int SyncFolder(string path)
    {
        using DataFile? folder = Open(path, out int error);
        return folder?.Sync() ?? error;
    }

    /// <summary>Length of the file, or a negated error number. The place to read from becomes the front.</summary>
    public long Length()
    {
        long length = LibcFiles.Seek(_descriptor, 0, LibcFiles.SeekEnd);
        if (length < 0) return Errno.NegatedLast();
        return LibcFiles.Seek(_descriptor, 0, 0) < 0 ? Errno.NegatedLast() : length;
    }

    /// <summary>Reads what comes; 0 at the end, or a negated error number.</summary>
    public int Read(Span<byte> target)
    {
        fixed (byte* bytes = target)
        {
            while (true)
            {
                nint count = LibcFiles.Read(_descriptor, bytes, (nuint)target.Length);
                if (count >= 0) return (int)count;
                int error = Errno.NegatedLast();
                if (error != -Errno.Interrupted) return error;
            }
        }
    }

    /// <summary>Writes all of it. 0, or the error number; then a part may have been written.</summary>
    public int Write(ReadOnlySpan<byte> source) => Write(source, out _);

    /// <summary>
    /// Writes what the system takes. 0, or the error number; a part may have been written in both cases.
    /// </summary>
    public int Write(ReadOnlySpan<byte> source, out int written)
    {
        written = 0;
        fixed (byte* bytes = source)
        {
            while (written < source.Length)
            {
                nint count = LibcFiles.Write(_descriptor, bytes + written, (nuint)(source.Length - written));
                if (count < 0)
                {
                    int error = -Errno.NegatedLast();
                    if (error == Errno.Interrupted) continue;
                    return error;
                }
                written += (int)count;
                End += count;
            }
        }
        return 0;
    }

    /// <summary>Lets the disk begin with what was written, without waiting for it.</summary>
    public void StartWriteback(long from, long length) =>
        _ = LibcFiles.SyncRange(_descriptor, from, length, LibcFiles.StartWriteback);

    /// <summary>Waits until everything is on the disk. 0, or the error number.</summary>
    public int Sync() => Outcome(LibcFiles.Sync(_descriptor));

    /// <summary>Waits until the file's bytes are on the disk. 0, or the error number. Any thread.</summary>
    public int SyncBytes() => Outcome(LibcFiles.SyncData(_descriptor));

    /// <summary>Cuts the file off. 0, or the error number.</summary>
    public int Truncate(long length)
    {
        int error = Outcome(LibcFiles.Truncate(_descriptor, length));
        if (error == 0) End = length;
        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0) return;
        _ = Libc.Close(_descriptor);
        _descriptor = -1;
    }

    private static DataFile? Opened(int descriptor, out int error)
    {
        error = descriptor < 0 ? -Errno.NegatedLast() : 0;
        return descriptor < 0 ? null : new DataFile(descriptor);
    }

    private static int Outcome(int result) => result == 0 ? 0 : -Errno.NegatedLast();
}
