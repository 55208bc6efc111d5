using System.Diagnostics;
using FastShard.Native.Interop;

namespace FastShard.Native.Clocks;

/// <summary>
/// The two clocks: wall time, which Redis's expiry times are written in, and monotonic time, which intervals are
/// measured with. Decision logic takes time as a value; only the drivers of a turn read it here.
/// </summary>
public static unsafe class SystemClock
{
    // Measured in the native binary on a virtual machine whose counter read alone costs some 40 ns: clock_gettime with
    // SuppressGCTransition 47 ns, Stopwatch 46 ns, DateTime.UtcNow 42 ns. No call is worth choosing for its speed, so
    // each clock has the simplest: the vDSO call for wall time, the stopwatch for
    // intervals. Read it once a turn.
    private const int RealTime = 0;

    /// <summary>Milliseconds since 1970 (UTC).</summary>
    public static long WallMillis() => WallMicros() / 1000;

    /// <summary>Microseconds since 1970 (UTC).</summary>
    public static long WallMicros()
    {
#pragma warning disable RS0030 // This is the place that the turn reads the time from.
        if (!OperatingSystem.IsLinux()) return (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / 10;
#pragma warning restore RS0030

        Libc.TimeSpec time;
        _ = Libc.ClockGetTime(RealTime, &time);
        return time.Seconds * 1_000_000 + time.Nanoseconds / 1000;
    }

    /// <summary>Nanoseconds since an arbitrary start; never goes back.</summary>
    public static long MonotonicNanos() =>
        // On Unix the stopwatch counts nanoseconds of CLOCK_MONOTONIC; elsewhere the division keeps the unit.
        Stopwatch.Frequency == 1_000_000_000
            ? Stopwatch.GetTimestamp()
            : (long)(Stopwatch.GetTimestamp() * (1_000_000_000.0 / Stopwatch.Frequency));

    /// <summary>Microseconds since an arbitrary start; never goes back.</summary>
    public static long MonotonicMicros() => MonotonicNanos() / 1000;

    /// <summary>Milliseconds since an arbitrary start; never goes back.</summary>
    public static long MonotonicMillis() => MonotonicNanos() / 1_000_000;
}
