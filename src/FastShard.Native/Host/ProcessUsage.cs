using System.Buffers.Text;
using System.Diagnostics;
using FastShard.Native.Interop;

namespace FastShard.Native.Host;

/// <summary>What this process has used of the machine: processor time and resident memory.</summary>
public static unsafe class ProcessUsage
{
    private const int Self = 0;
    private const int ThreadProcessorTime = 3;
    private const int ResourceUsageWords = 18;
    private const int PeakResidentWord = 4;

    /// <summary>Processor microseconds of all threads so far, in user and in kernel mode.</summary>
    public static void ReadProcessorTime(out long userMicros, out long systemMicros)
    {
        if (!OperatingSystem.IsLinux())
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            userMicros = process.UserProcessorTime.Ticks / 10;
            systemMicros = process.PrivilegedProcessorTime.Ticks / 10;
            return;
        }

        long* words = stackalloc long[ResourceUsageWords];
        _ = Libc.GetResourceUsage(Self, words);
        userMicros = words[0] * 1_000_000 + words[1];
        systemMicros = words[2] * 1_000_000 + words[3];
    }

    /// <summary>Bytes of physical memory that the process holds now.</summary>
    public static long ResidentBytes()
    {
        if (!OperatingSystem.IsLinux()) return Environment.WorkingSet;

        Span<byte> text = stackalloc byte[128];
        try
        {
            using FileStream file = new("/proc/self/statm", FileMode.Open, FileAccess.Read, FileShare.Read, 0);
            text = text[..file.Read(text)];
        }
        catch (IOException)
        {
            // No descriptor left, or no /proc in this container: an unknown figure must not stop the server.
            return Environment.WorkingSet;
        }

        // "size resident shared ...", in pages.
        ReadOnlySpan<byte> resident = text[(text.IndexOf((byte)' ') + 1)..];
        return Utf8Parser.TryParse(resident, out long pages, out _) ? pages * Environment.SystemPageSize : 0;
    }

    /// <summary>The most bytes of physical memory that the process ever held.</summary>
    public static long PeakResidentBytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }

        long* words = stackalloc long[ResourceUsageWords];
        _ = Libc.GetResourceUsage(Self, words);
        return words[PeakResidentWord] * 1024;
    }

    /// <summary>Processor nanoseconds of the calling thread so far; 0 where the system does not count them.</summary>
    public static long CurrentThreadNanos()
    {
        if (!OperatingSystem.IsLinux()) return 0;

        Libc.TimeSpec time;
        return Libc.ClockGetTime(ThreadProcessorTime, &time) == 0
            ? time.Seconds * 1_000_000_000 + time.Nanoseconds
            : 0;
    }
}
