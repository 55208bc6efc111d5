// How long a command takes, in log-linear buckets as HdrHistogram has them: each power of two is cut into 32 equal
// parts, so a percentile is off by 3 % at most, and recording is a shift and an increment.
//
//   nanoseconds  0 1 2 ... 63 | 64 66 68 ... 126 | 128 132 ... 252 | ...   up to 2^34 (17 s), where it clamps
//   index        0 1 2 ... 63 | 64 65 66 ... 95  | 96  97  ... 127 | ...
//
// 7.7 KB a command that was called at all, on each shard; summed when asked.

using System.Numerics;
using FastShard.Native.Diagnostics;

namespace FastShard.Server.Statistics;

/// <summary>Counts of durations in nanoseconds. Written by the holder of the shard.</summary>
public sealed class LatencyHistogram
{
    private const int PartBits = 5;
    private const int Parts = 1 << PartBits;
    private const int LinearCount = 2 * Parts;
    private const int ExponentMax = 33;
    private const long NanosMax = (1L << (ExponentMax + 1)) - 1;

    private readonly long[] _counts = new long[LinearCount + ((ExponentMax - PartBits) * Parts)];

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Records <paramref name="calls"/> durations of <paramref name="nanos"/> each.</summary>
    public void Record(long calls, long nanos)
    {
        _counts[IndexOf(Math.Clamp(nanos, 0, NanosMax))] += calls;
        Count += calls;
    }

    public void Add(LatencyHistogram other)
    {
        for (int index = 0; index < _counts.Length; index++) _counts[index] += other._counts[index];
        Count += other.Count;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>The duration that <paramref name="percent"/> of the calls did not exceed, in nanoseconds.</summary>
    public long Percentile(double percent)
    {
        long target = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        long seen = 0;
        for (int index = 0; index < _counts.Length; index++)
        {
            seen += _counts[index];
            if (seen >= target) return HighestOf(index);
        }
        return 0;
    }

    /// <summary>How many calls took less than 2^<paramref name="exponent"/> nanoseconds.</summary>
    public long CountBelowPower(int exponent)
    {
        Invariant.Check(exponent > PartBits);
        long seen = 0;
        int end = Math.Min(LinearCount + ((exponent - PartBits - 1) * Parts), _counts.Length);
        for (int index = 0; index < end; index++) seen += _counts[index];
        return seen;
    }

    private static int IndexOf(long nanos)
    {
        if (nanos < LinearCount) return (int)nanos;
        int exponent = BitOperations.Log2((ulong)nanos);
        int part = (int)(nanos >> (exponent - PartBits)) & (Parts - 1);
        return LinearCount + ((exponent - PartBits - 1) * Parts) + part;
    }

    private static long HighestOf(int index)
    {
        if (index < LinearCount) return index;
        int exponent = ((index - LinearCount) / Parts) + PartBits + 1;
        int part = (index - LinearCount) % Parts;
        return ((Parts + part + 1L) << (exponent - PartBits)) - 1;
    }
}
