using FastShard.Memory;

namespace FastShard.CommandTests.Harness;

/// <summary>
/// The heaps that tests run on: such as count their blocks, so that each test ends with the proof that nothing leaked
/// and nothing was freed twice; or, with FASTSHARD_HEAP=guarded, such as end every block at a protected page, so that
/// one byte too far ends the process. tools/test.sh runs this layer on both.
/// </summary>
internal static class HarnessHeaps
{
    public static readonly HeapMode Mode =
        Environment.GetEnvironmentVariable("FASTSHARD_HEAP") == "guarded" ? HeapMode.Guarded : HeapMode.Counting;
}
