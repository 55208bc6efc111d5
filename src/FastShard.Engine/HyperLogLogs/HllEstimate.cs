namespace FastShard.Engine.HyperLogLogs;

/// <summary>
/// The number of different elements from the registers, by Ertl's estimator ("New cardinality estimation algorithms for
/// HyperLogLog sketches", 2017): it needs only how many registers have which value.
/// </summary>
internal static class HllEstimate
{
    /// <summary>Room for the counts; a sparse or foreign register may be out of the hash's range.</summary>
    public const int CountsLength = 64;

    // 1 / (2 ln 2)
    private const double AlphaInfinity = 0.721347520444481703680;

    private const int Tables = 4;

    /// <summary>The estimate for registers of which <paramref name="counts"/>[v] have the value v.</summary>
    public static long FromCounts(ReadOnlySpan<int> counts)
    {
        const double Registers = HllFormat.RegisterCount;
        const int RankBits = HllFormat.RankMax - 1;
        double sum = Registers * Tau((Registers - counts[RankBits + 1]) / Registers);
        for (int rank = RankBits; rank >= 1; rank--) sum = (sum + counts[rank]) * 0.5;
        sum += Registers * Sigma(counts[0] / Registers);
        return (long)Math.Round(AlphaInfinity * Registers * Registers / sum, MidpointRounding.AwayFromZero);
    }

    /// <summary>The estimate for 16384 byte registers.</summary>
    public static long FromRegisters(ReadOnlySpan<byte> registers)
    {
        // Neighbours often have one value: counted in one table, each would wait for the other's store.
        Span<int> tables = stackalloc int[CountsLength * Tables];
        tables.Clear();
        for (int index = 0; index + Tables <= registers.Length; index += Tables)
        {
            tables[registers[index]]++;
            tables[CountsLength + registers[index + 1]]++;
            tables[(2 * CountsLength) + registers[index + 2]]++;
            tables[(3 * CountsLength) + registers[index + 3]]++;
        }
        for (int rank = 0; rank < CountsLength; rank++)
        {
            tables[rank] += tables[CountsLength + rank] + tables[(2 * CountsLength) + rank]
                + tables[(3 * CountsLength) + rank];
        }
        return FromCounts(tables[..CountsLength]);
    }

    private static double Sigma(double x)
    {
        if (x == 1) return double.PositiveInfinity;
        double factor = 1;
        double sum = x;
        double before;
        do
        {
            x *= x;
            before = sum;
            sum += x * factor;
            factor += factor;
        }
        while (sum != before);
        return sum;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1) return 0;
        double factor = 1;
        double sum = 1 - x;
        double before;
        do
        {
            x = Math.Sqrt(x);
            before = sum;
            factor *= 0.5;
            double rest = 1 - x;
            sum -= rest * rest * factor;
        }
        while (sum != before);
        return sum / 3;
    }
}
