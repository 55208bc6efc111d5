using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastShard.Memory;

/// <summary>
/// Searching a node: scores by themselves first, and members only among equal scores. A node has at most 63 scores, so
/// counting those below in steps of four beats a binary search with its mispredicted branches.
/// </summary>
internal static unsafe class SortedSearch
{
    private const int Block = 16;

    /// <summary>How many of the scores, which are in order, are below a score.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CountBelow(double* scores, int count, double score)
    {
        int at = 0;
        while (at + Block <= count && scores[at + Block - 1] < score) at += Block;
        int end = Math.Min(at + Block, count);
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<double> bound = Vector256.Create(score);
            for (; at + 4 <= end; at += 4)
            {
                uint below = Vector256.LessThan(Vector256.Load(scores + at), bound).ExtractMostSignificantBits();
                if (below != 0b1111) return at + BitOperations.PopCount(below);
            }
        }
        while (at < end && scores[at] < score) at++;
        return at;
    }

    /// <summary>
    /// How many of the scores are below a score or equal to it; the first of them that is not below is known.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CountNotAbove(double* scores, int count, int below, double score)
    {
        int at = below;
        // Equal scores come alone or in crowds.
        for (; at < count && at < below + 4; at++)
        {
            if (scores[at] > score) return at;
        }
        if (at < count && scores[count - 1] == score) return count;
        int end = count;
        while (at < end)
        {
            int middle = (at + end) / 2;
            if (scores[middle] > score) end = middle;
            else at = middle + 1;
        }
        return at;
    }

    /// <summary>
    /// How many elements are below a score and member (<paramref name="orEqual"/>: or are it). Elements of other scores
    /// are not looked at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int CountBelow(
        double* scores, byte** elements, int count, double score, ReadOnlySpan<byte> member, bool orEqual)
    {
        int below = CountBelow(scores, count, score);
        if (below == count || scores[below] != score) return below;
        int end = CountNotAbove(scores, count, below, score);
        return CountBelow(elements, below, end, member, orEqual);
    }

    /// <summary>As above among elements of one score; <paramref name="first"/> is added.</summary>
    internal static int CountBelow(byte** elements, int first, int end, ReadOnlySpan<byte> member, bool orEqual)
    {
        int equalIsBelow = orEqual ? 1 : 0;
        while (first < end)
        {
            int middle = (first + end) / 2;
            if (SortedElement.Member(elements[middle]).SequenceCompareTo(member) < equalIsBelow) first = middle + 1;
            else end = middle;
        }
        return first;
    }

    /// <summary>Asks for all of a node's lines at once, which is one wait where a search would have several.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(byte* node, int bytes)
    {
        if (!Sse.IsSupported) return;
        for (int at = 0; at < bytes; at += 64) Sse.Prefetch0(node + at);
    }
}
