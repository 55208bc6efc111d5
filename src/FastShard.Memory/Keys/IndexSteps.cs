using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// How many buckets a segment may have: one more at a time while small, then about a tenth more. Steps are small
/// because growing touches no key (see <see cref="Segment"/>), and a fuller index is a smaller one.
/// </summary>
internal static class IndexSteps
{
    internal const int MaxBuckets = 64;

    private static readonly byte[] Classes = BuildClasses();

    private static ReadOnlySpan<byte> Buckets =>
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 20, 22, 24, 27, 30, 33, 36, 40, 44, 48, 52, 56, 60, 64];

    internal static int Count => Buckets.Length;

    internal static int BucketsOf(int step) => Buckets[step];

    internal static int ClassOf(int buckets) => Classes[buckets];

    /// <summary>The most keys in so many buckets: nine tenths, past which probing gets long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int LimitOf(int buckets) =>
        buckets == 1 ? Bucket.Cells : buckets * (Bucket.Cells * 29) / 32;

    /// <summary>With fewer keys than this a segment shrinks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FloorOf(int buckets) => buckets == 1 ? 0 : buckets * Bucket.Cells / 2;

    /// <summary>The next larger number of buckets.</summary>
    internal static int Above(int buckets) => Buckets[Classes[buckets] + 1];

    /// <summary>The number of buckets to lay out for so many keys: room to grow, and to shrink.</summary>
    internal static int For(int keys)
    {
        foreach (byte buckets in Buckets)
        {
            if (keys <= (buckets == 1 ? Bucket.Cells : buckets * (Bucket.Cells * 26) / 32)) return buckets;
        }
        return MaxBuckets;
    }

    private static byte[] BuildClasses()
    {
        byte[] classes = new byte[MaxBuckets + 1];
        for (int buckets = 1, step = 0; buckets <= MaxBuckets; buckets++)
        {
            if (Buckets[step] < buckets) step++;
            classes[buckets] = (byte)step;
        }
        return classes;
    }
}
