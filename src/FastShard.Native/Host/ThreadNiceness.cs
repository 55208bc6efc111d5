using FastShard.Native.Interop;

namespace FastShard.Native.Host;

/// <summary>How readily a thread lets others have the processor.</summary>
public static class ThreadNiceness
{
    private const int OfProcess = 0;
    private const uint ThisThread = 0;

    /// <summary>
    /// Lets all threads that serve clients go before the calling one, from now on: 0 is as they are, 19 the least.
    /// </summary>
    // On Linux what is called a process here is the thread that calls.
    public static void Set(int niceness)
    {
        if (OperatingSystem.IsLinux()) _ = Libc.SetPriority(OfProcess, ThisThread, niceness);
    }
}
