namespace FastShard.UnitTests;

/// <summary>Measures managed allocation of code that should have none.</summary>
internal static class Allocations
{
    /// <summary>
    /// The least that several runs allocated on this thread. The runtime may allocate a little by itself at any time
    /// (it compiles anew what is hot); what the code allocates shows in every run.
    /// </summary>
    public static long LeastOf(Action code)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            code();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
