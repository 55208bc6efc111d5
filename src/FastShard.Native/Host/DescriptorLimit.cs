using FastShard.Native.Interop;

namespace FastShard.Native.Host;

/// <summary>How many files and sockets the process may have open (RLIMIT_NOFILE).</summary>
public static unsafe class DescriptorLimit
{
    private const int OpenFiles = 7;

    /// <summary>The limit in force; <see cref="long.MaxValue"/> where the system has none.</summary>
    public static long Current() => TryRead(out Libc.ResourceLimit limit) ? Clamp(limit.Soft) : long.MaxValue;

    /// <summary>What an unprivileged process may raise the limit to.</summary>
    public static long Maximum() => TryRead(out Libc.ResourceLimit limit) ? Clamp(limit.Hard) : long.MaxValue;

    /// <summary>
    /// Raises the limit to at least <paramref name="wanted"/>, beyond the hard limit where the privileges allow it, and
    /// as far as possible where not. Never lowers it. Returns the limit then in force.
    /// </summary>
    public static long Raise(long wanted)
    {
        if (!TryRead(out Libc.ResourceLimit limit) || Clamp(limit.Soft) >= wanted) return Current();

        Libc.ResourceLimit raised = new() { Soft = (ulong)wanted, Hard = Math.Max((ulong)wanted, limit.Hard) };
        if (Libc.SetResourceLimit(OpenFiles, &raised) != 0)
        {
            raised = new() { Soft = Math.Min((ulong)wanted, limit.Hard), Hard = limit.Hard };
            _ = Libc.SetResourceLimit(OpenFiles, &raised);
        }

        return Current();
    }

    /// <summary>
    /// Sets the limit in force, also downwards; what is open above it stays open. False when refused.
    /// </summary>
    public static bool TrySet(long limit)
    {
        if (!TryRead(out Libc.ResourceLimit current)) return false;

        Libc.ResourceLimit changed = new() { Soft = (ulong)limit, Hard = current.Hard };
        return Libc.SetResourceLimit(OpenFiles, &changed) == 0;
    }

    private static bool TryRead(out Libc.ResourceLimit limit)
    {
        limit = default;
        if (!OperatingSystem.IsLinux()) return false;

        fixed (Libc.ResourceLimit* target = &limit)
        {
            return Libc.GetResourceLimit(OpenFiles, target) == 0;
        }
    }

    private static long Clamp(ulong limit) => (long)Math.Min(limit, long.MaxValue);
}
