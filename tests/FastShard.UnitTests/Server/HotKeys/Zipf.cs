namespace FastShard.UnitTests.Server.HotKeys;

/// <summary>Draws ranks from 0 on, each with a chance that falls as a power of its place.</summary>
internal sealed class Zipf
{
    private readonly double[] _sums;
    private readonly Random _random;

    public Zipf(int ranks, double exponent, int seed)
    {
        _sums = new double[ranks];
        _random = new Random(seed);
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) _sums[rank] = sum += Math.Pow(rank + 1, -exponent);
    }

    public int Next()
    {
        int found = Array.BinarySearch(_sums, _random.NextDouble() * _sums[^1]);
        return Math.Min(found < 0 ? ~found : found, _sums.Length - 1);
    }
}
