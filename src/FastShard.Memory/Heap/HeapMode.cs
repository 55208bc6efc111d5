namespace FastShard.Memory;

/// <summary>
/// How a heap hands out its blocks. The two modes for tests exist in Debug and Checked builds only; in the shipped
/// build every heap is plain and the branches are folded away.
/// </summary>
public enum HeapMode : byte
{
    /// <summary>Slabs.</summary>
    Plain = 0,

    /// <summary>Slabs that know every live block: a wrong free stops the process, leaks can be counted.</summary>
    Counting = 1,

    /// <summary>
    /// Every block ends at a protected page, so that one byte too far stops the process at once. Linux, and few
    /// thousand blocks, since each takes a mapping of its own.
    /// </summary>
    Guarded = 2,
}
