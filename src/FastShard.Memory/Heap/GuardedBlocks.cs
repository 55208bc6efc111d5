using FastShard.Memory.Interop;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory.Heap;

/// <summary>Blocks for tests: each one ends where a protected page begins, and is unmapped when freed.</summary>
/// <remarks>
/// A protected page is a mapping of its own, and the system allows a process 65530 of them by default. Blocks past
/// <see cref="MostGuarded"/> go without: their last page stays readable and joins its neighbours' mapping.
/// </remarks>
internal static unsafe class GuardedBlocks
{
    /// <summary>Two mappings each, and as many again for the holes that freed ones leave: within the limit.</summary>
    private const int MostGuarded = 14_000;

    private static int guarded;

    /// <summary>A block of a multiple of eight bytes. OWNER: the caller, by Free with the same size.</summary>
    // The page before the block says by its first byte whether the page after it is protected. It is touched only
    // when it is not: an untouched page reads as zero and costs nothing.
    internal static byte* Allocate(int bytes)
    {
        nuint body = BodyBytes(bytes);
        byte* start = SystemMemory.Map(SystemMemory.PageBytes + body + SystemMemory.PageBytes);
        if (start == null) throw new InsufficientMemoryException();
        byte* block = start + SystemMemory.PageBytes;
        if (Interlocked.Increment(ref guarded) <= MostGuarded)
        {
            Invariant.Check(SystemMemory.Forbid(block + body, SystemMemory.PageBytes));
        }
        else
        {
            Interlocked.Decrement(ref guarded);
            *start = 1;
        }
        new Span<byte>(block, (int)body).Fill(0xA5);
        return block + body - bytes;
    }

    internal static void Free(byte* block, int bytes)
    {
        nuint body = BodyBytes(bytes);
        byte* start = block + bytes - body - SystemMemory.PageBytes;
        if (*start == 0) Interlocked.Decrement(ref guarded);
        SystemMemory.Unmap(start, SystemMemory.PageBytes + body + SystemMemory.PageBytes);
    }

    private static nuint BodyBytes(int bytes) =>
        (nuint)((bytes + SystemMemory.PageBytes - 1) / SystemMemory.PageBytes * SystemMemory.PageBytes);
}
