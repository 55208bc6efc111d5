using System.Runtime.InteropServices;

namespace FastShard.Memory.Interop;

/// <summary>
/// Memory straight from the system. Linux gets the real thing; elsewhere the C runtime's aligned allocation stands
/// in, which cannot give back a part of a region or delay touching it.
/// </summary>
internal static unsafe class SystemMemory
{
    internal const int PageBytes = 4096;

    /// <summary>Zeroed memory aligned at <paramref name="alignment"/> (a power of two), or null.</summary>
    // SAFETY: the mapping is fresh; the cut-off head and tail were never handed out. OWNER: the caller, by Unmap with
    // the same length. LIVES: until then.
    internal static byte* Map(nuint bytes, nuint alignment = PageBytes)
    {
        if (!OperatingSystem.IsLinux()) return MapElsewhere(bytes, alignment);
        nint address = MapPages(bytes);
        if (address == -1) return null;
        if (((nuint)address & (alignment - 1)) == 0) return (byte*)address;
        _ = Libc.Unmap(address, bytes);
        nint wide = MapPages(bytes + alignment);
        if (wide == -1) return null;
        nint aligned = (nint)(((nuint)wide + alignment - 1) & ~(alignment - 1));
        if (aligned > wide) _ = Libc.Unmap(wide, (nuint)(aligned - wide));
        nint end = aligned + (nint)bytes;
        nint wideEnd = wide + (nint)(bytes + alignment);
        if (wideEnd > end) _ = Libc.Unmap(end, (nuint)(wideEnd - end));
        return (byte*)aligned;
    }

    internal static void Unmap(byte* address, nuint bytes)
    {
        if (OperatingSystem.IsLinux()) _ = Libc.Unmap((nint)address, bytes);
        else NativeMemory.AlignedFree(address);
    }

    /// <summary>Gives the pages back; they read as zeroes afterwards. False where that cannot be done.</summary>
    internal static bool Discard(byte* address, nuint bytes) =>
        OperatingSystem.IsLinux() && Libc.Advise((nint)address, bytes, Libc.AdviseDontNeed) == 0;

    internal static bool AdviseHugePages(byte* address, nuint bytes) =>
        OperatingSystem.IsLinux() && Libc.Advise((nint)address, bytes, Libc.AdviseHugePage) == 0;

    /// <summary>Takes that advice back: what was discarded stays away.</summary>
    internal static void AdviseSmallPages(byte* address, nuint bytes)
    {
        if (OperatingSystem.IsLinux()) _ = Libc.Advise((nint)address, bytes, Libc.AdviseNoHugePage);
    }

    /// <summary>Makes whole pages unreachable: any touch stops the process. Linux only, for the guarded heap.</summary>
    internal static bool Forbid(byte* address, nuint bytes) =>
        OperatingSystem.IsLinux() && Libc.Protect((nint)address, bytes, Libc.ProtNone) == 0;

    private static nint MapPages(nuint bytes) => Libc.Map(
        0, bytes, Libc.ProtRead | Libc.ProtWrite, Libc.MapPrivate | Libc.MapAnonymous | Libc.MapNoReserve, -1, 0);

    private static byte* MapElsewhere(nuint bytes, nuint alignment)
    {
        void* address = NativeMemory.AlignedAlloc(bytes, alignment);
        NativeMemory.Clear(address, bytes);
        return (byte*)address;
    }
}
