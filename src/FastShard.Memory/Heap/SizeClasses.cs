using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastShard.Memory.Heap;

/// <summary>
/// The block sizes: steps of 8 bytes to 256, eight steps to each doubling up to 4 KB, and above that the sizes that
/// divide a page of 64 KB without a rest. Bucket arrays have classes of their own, one for each size in use.
/// </summary>
internal static class SizeClasses
{
    /// <summary>The largest request that is served from a page.</summary>
    internal const int MaxBytes = 16 * 1024;

    internal const int MinBytes = 16;

    private const int FineMaxBytes = 256;
    private const int CoarseStepBytes = 32;

    private static readonly ushort[] Sizes = BuildSizes();
    private static readonly byte[] CoarseClasses = BuildCoarseClasses();

    /// <summary>How many sizes there are.</summary>
    internal static int Count => Sizes.Length;

    internal static int BytesOf(int sizeClass) => Sizes[sizeClass];

    /// <summary>The class of a request of 1 to <see cref="MaxBytes"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Of(int bytes) => bytes <= FineMaxBytes
        ? (RoundFine(bytes) - MinBytes) / 8
        : CoarseClasses[(bytes + CoarseStepBytes - 1) / CoarseStepBytes];

    /// <summary>What a block for <paramref name="bytes"/> takes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Round(int bytes) => bytes <= FineMaxBytes ? RoundFine(bytes) : Sizes[Of(bytes)];

    // The small sizes, nearly all there are, need no table.
    private static int RoundFine(int bytes) => Math.Max(MinBytes, (bytes + 7) & ~7);

    private static ushort[] BuildSizes()
    {
        List<ushort> sizes = [];
        for (int bytes = MinBytes; bytes <= FineMaxBytes; bytes += 8) sizes.Add((ushort)bytes);
        for (int bytes = FineMaxBytes; bytes < 4096;)
        {
            bytes += (int)BitOperations.RoundUpToPowerOf2((uint)bytes + 1) / 16;
            sizes.Add((ushort)bytes);
        }
        for (int share = 15; share >= 4; share--)
            sizes.Add((ushort)(Region.PageBytes / share / CoarseStepBytes * CoarseStepBytes));
        return [.. sizes];
    }

    private static byte[] BuildCoarseClasses()
    {
        byte[] classes = new byte[(MaxBytes / CoarseStepBytes) + 1];
        for (int index = 0, sizeClass = 0; index < classes.Length; index++)
        {
            while (Sizes[sizeClass] < index * CoarseStepBytes) sizeClass++;
            classes[index] = (byte)sizeClass;
        }
        return classes;
    }
}
