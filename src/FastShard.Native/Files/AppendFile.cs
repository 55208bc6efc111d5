using FastShard.Native.Interop;

namespace FastShard.Native.Files;

/// <summary>
/// A file that is written at its end, and whose failures are the system's error numbers: who writes decides by them
/// what to try again.
/// </summary>
/// <remarks>
/// For threads that may wait. SAFETY: spans are pinned for the call. OWNER: whoever opened it. LIVES: the descriptor
/// until <see cref="Dispose"/>.
/// </remarks>
public sealed unsafe class AppendFile : IDisposable
{
    private const int Mode = 0x1A4; // rw-r--r--

    private int _descriptor;

    private AppendFile(int descriptor, long length)
    {
        _descriptor = descriptor;
        Length = length;
    }

    /// <summary>Bytes in the file, as far as it is known here.</summary>
    public long Length { get; private set; }

    /// <summary>Opens a file, which is made if it is missing; null with the error number.</summary>
    public static AppendFile? Open(string path, out int error)
    {
        int descriptor = LibcAppend.Open(path, LibcAppend.AppendFlags, Mode);
        error = descriptor < 0 ? -Errno.NegatedLast() : 0;
        if (descriptor < 0) return null;
        return new AppendFile(descriptor, Math.Max(LibcAppend.Seek(descriptor, 0, LibcAppend.SeekEnd), 0));
    }

    /// <summary>Makes the names in a folder outlive a power cut.</summary>
    public static void SyncFolder(string path)
    {
        int descriptor = LibcAppend.Open(path, 0x80000, 0); // O_RDONLY | O_CLOEXEC
        if (descriptor < 0) return;
        _ = LibcAppend.Sync(descriptor);
        _ = Libc.Close(descriptor);
    }

    /// <summary>
    /// Writes what the system takes. 0, or the error number; a part may have been written in both cases.
    /// </summary>
    public int Write(ReadOnlySpan<byte> bytes, out int written)
    {
        written = 0;
        fixed (byte* first = bytes)
        {
            while (written < bytes.Length)
            {
                nint count = LibcAppend.Write(_descriptor, first + written, (nuint)(bytes.Length - written));
                if (count < 0)
                {
                    int error = -Errno.NegatedLast();
                    if (error == Errno.Interrupted) continue;
                    return error;
                }
                written += (int)count;
                Length += count;
            }
        }
        return 0;
    }

    /// <summary>Waits until the file's bytes are on the disk. 0, or the error number.</summary>
    public int SyncData() => LibcAppend.SyncData(_descriptor) == 0 ? 0 : -Errno.NegatedLast();

    /// <summary>Cuts the file off. 0, or the error number.</summary>
    public int Truncate(long length)
    {
        if (LibcAppend.Truncate(_descriptor, length) != 0) return -Errno.NegatedLast();
        Length = length;
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0) return;
        _ = Libc.Close(_descriptor);
        _descriptor = -1;
    }
}
