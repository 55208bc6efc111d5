using System.Runtime.InteropServices;

namespace FastShard.Memory.Interop;

/// <summary>
/// The C library's malloc with exact sizes: what a block really takes is asked of the library, or kept in front of
/// the block where the library cannot tell.
/// </summary>
internal static unsafe class LargeBlock
{
    private const int PrefixBytes = 16;

    /// <summary>Uninitialised memory, or null. OWNER: the caller, by Free; any thread may free.</summary>
    internal static byte* TryAllocate(nuint bytes)
    {
        try
        {
            if (OperatingSystem.IsLinux()) return (byte*)NativeMemory.Alloc(bytes);
            byte* prefix = (byte*)NativeMemory.Alloc(bytes + PrefixBytes);
            *(nuint*)prefix = bytes;
            return prefix + PrefixBytes;
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>Bytes that may be used at <paramref name="block"/>: at least what was asked for.</summary>
    internal static long UsableBytes(byte* block) =>
        OperatingSystem.IsLinux() ? (long)Libc.UsableSize((nint)block) : (long)*(nuint*)(block - PrefixBytes);

    internal static void Free(byte* block) =>
        NativeMemory.Free(OperatingSystem.IsLinux() ? block : block - PrefixBytes);
}
