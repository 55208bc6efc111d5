using System.Runtime.InteropServices;
using FastShard.Native.Interop;

namespace FastShard.Native.Threading;

/// <summary>
/// Sleeping on a word of memory until it changes (Linux). A bit set says who sleeps, so that a wake-up reaches the one
/// thread whose turn it is and not all that wait on the same word.
/// SAFETY: the kernel reads four bytes at the word. OWNER and LIVES: the caller, who keeps the word allocated while any
/// thread may sleep on it.
/// </summary>
internal static unsafe class Futex
{
    private const int WaitBits = 9 | PrivateFlag;
    private const int WakeBits = 10 | PrivateFlag;
    private const int PrivateFlag = 128;

    private static readonly nint CallNumber = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 or Architecture.RiscV64 => 98,
        _ => 0,
    };

    public static bool IsSupported { get; } = OperatingSystem.IsLinux() && CallNumber != 0;

    /// <summary>
    /// Sleeps while the word holds <paramref name="expected"/>; may return early, so callers look again.
    /// </summary>
    public static void Wait(int* word, int expected, uint bits) =>
        _ = Libc.FutexWait(CallNumber, word, WaitBits, expected, null, null, (nint)bits);

    /// <summary>Wakes every sleeper on the word whose bits meet <paramref name="bits"/>.</summary>
    public static void Wake(int* word, uint bits) =>
        _ = Libc.FutexWake(CallNumber, word, WakeBits, int.MaxValue, null, null, (nint)bits);
}
