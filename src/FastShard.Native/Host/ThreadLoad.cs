using System.Buffers.Text;

namespace FastShard.Native.Host;

/// <summary>
/// How much a thread runs, and how long it waits for a processor while it could run: the kernel's own counts
/// (/proc/.../schedstat), readable from any thread.
/// </summary>
public sealed class ThreadLoad : IDisposable
{
    private const int TextBytes = 96;

    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;

    private ThreadLoad(Microsoft.Win32.SafeHandles.SafeFileHandle file) => _file = file;

    /// <summary>The calling thread's counts; null where the system does not keep them.</summary>
    public static ThreadLoad? OfCurrentThread()
    {
        if (!OperatingSystem.IsLinux()) return null;
        try
        {
            return new ThreadLoad(File.OpenHandle("/proc/thread-self/schedstat"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Nanoseconds on a processor, and waiting for one, since the thread began. False if unreadable.</summary>
    public bool TryRead(out long runNanos, out long waitNanos)
    {
        (runNanos, waitNanos) = (0, 0);
        Span<byte> text = stackalloc byte[TextBytes];
        try
        {
            text = text[..RandomAccess.Read(_file, text, 0)];
        }
        catch (IOException)
        {
            // The thread has ended.
            return false;
        }
        if (!Utf8Parser.TryParse(text, out runNanos, out int length) || length >= text.Length) return false;
        return Utf8Parser.TryParse(text[(length + 1)..], out waitNanos, out _);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
