namespace FastShard.UnitTests.Engine.Eviction;

/// <summary>Which keys a cache is asked for, in order: made from a seed, so that every run sees the same.</summary>
internal static class CacheTrace
{
    /// <summary>Keys 0 to n-1 with Zipf's popularity; which key is how popular is shuffled.</summary>
    public static int[] Zipf(int keys, double exponent, int operations, int seed)
    {
        double[] cumulated = new double[keys];
        double sum = 0;
        for (int rank = 0; rank < keys; rank++) cumulated[rank] = sum += Math.Pow(rank + 1, -exponent);
        var random = new Random(seed);
        int[] keyOfRank = new int[keys];
        for (int rank = 0; rank < keys; rank++) keyOfRank[rank] = rank;
        random.Shuffle(keyOfRank);
        int[] trace = new int[operations];
        for (int index = 0; index < operations; index++)
        {
            int rank = Array.BinarySearch(cumulated, random.NextDouble() * sum);
            trace[index] = keyOfRank[Math.Min(rank < 0 ? ~rank : rank, keys - 1)];
        }
        return trace;
    }

    /// <summary>The same with keys in between that are asked for once and never again.</summary>
    public static int[] WithScans(int[] trace, int firstScanKey, int every, int length)
    {
        var mixed = new List<int>();
        for (int index = 0; index < trace.Length; index++)
        {
            mixed.Add(trace[index]);
            if (index % every != every - 1) continue;
            for (int scanned = 0; scanned < length; scanned++) mixed.Add(firstScanKey++);
        }
        return [.. mixed];
    }

    /// <summary>Popularity that changes altogether a few times.</summary>
    public static int[] Shifting(int keys, double exponent, int operations, int seed, int phases)
    {
        var mixed = new List<int>();
        for (int phase = 0; phase < phases; phase++)
            mixed.AddRange(Zipf(keys, exponent, operations / phases, seed + phase));
        return [.. mixed];
    }
}
