using FastShard.Memory.Interop;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory.Heap;

/// <summary>Blocks for tests: each one ends where a protected page begins, and is unmapped when freed.</summary>
internal static unsafe class GuardedBlocks
{
    /// <summary>A block of a multiple of eight bytes. OWNER: the caller, by Free with the same size.</summary>
    internal static byte* Allocate(int bytes)
    {
        nuint body = BodyBytes(bytes);
        byte* start = SystemMemory.Map(body + SystemMemory.PageBytes);
        if (start == null) throw new InsufficientMemoryException();
        Invariant.Check(SystemMemory.Forbid(start + body, SystemMemory.PageBytes));
        new Span<byte>(start, (int)body).Fill(0xA5);
        return start + body - bytes;
    }

    internal static void Free(byte* block, int bytes)
    {
        nuint body = BodyBytes(bytes);
        SystemMemory.Unmap(block + bytes - body, body + SystemMemory.PageBytes);
    }

    private static nuint BodyBytes(int bytes) =>
        (nuint)((bytes + SystemMemory.PageBytes - 1) / SystemMemory.PageBytes * SystemMemory.PageBytes);
}
