using System.Numerics;
using FastShard.Native.Interop;

namespace FastShard.Native.Host;

/// <summary>Which processors a thread may run on.</summary>
public static unsafe class CpuAffinity
{
    private const int CurrentThread = 0;
    private const int MaskWords = 16;
    private const int MaskBytes = MaskWords * sizeof(ulong);
    private const int CpusMax = MaskBytes * 8;

    /// <summary>
    /// Keeps the calling thread on one processor. False where the system does not know it, or does not pin threads.
    /// </summary>
    public static bool Pin(int cpu)
    {
        if (!OperatingSystem.IsLinux() || (uint)cpu >= CpusMax) return false;

        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        mask[cpu / 64] = 1UL << (cpu % 64);
        return Libc.SetAffinity(CurrentThread, MaskBytes, mask) == 0;
    }

    /// <summary>
    /// How many processors the calling thread may use, which a container's or taskset's mask may lower.
    /// </summary>
    public static int UsableCount()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        if (!TryReadMask(mask)) return Environment.ProcessorCount;

        int count = 0;
        for (int word = 0; word < MaskWords; word++) count += BitOperations.PopCount(mask[word]);
        return count;
    }

    /// <summary>
    /// The numbers of the processors that the calling thread may use, ascending: what to pin shards to.
    /// </summary>
    public static int[] Usable()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        bool isKnown = TryReadMask(mask);
        List<int> cpus = [];
        for (int cpu = 0; cpu < CpusMax; cpu++)
        {
            if (isKnown ? (mask[cpu / 64] & 1UL << (cpu % 64)) != 0 : cpu < Environment.ProcessorCount) cpus.Add(cpu);
        }

        return [.. cpus];
    }

    private static bool TryReadMask(ulong* mask)
    {
        new Span<ulong>(mask, MaskWords).Clear();
        return OperatingSystem.IsLinux() && Libc.GetAffinity(CurrentThread, MaskBytes, mask) >= 0;
    }
}
