using System.Buffers.Binary;
using System.Text;

namespace FastShard.SystemTests.Model;

/// <summary>
/// A HyperLogLog as 16384 numbers, with the hash and the estimate that every server of this kind uses.
/// </summary>
internal sealed class ModelRegisters
{
    private const int IndexBits = 14;
    private const int Count = 1 << IndexBits;
    private const int RankMax = 64 - IndexBits;
    private const ulong Seed = 0xADC83B19;
    private const ulong Factor = 0xC6A4A7935BD1E995;

    private readonly byte[] _registers = new byte[Count];

    public bool Add(string element)
    {
        ulong hash = Hash(Encoding.Latin1.GetBytes(element));
        int index = (int)(hash & (Count - 1));
        byte rank = (byte)(1 + Math.Min(RankMax, (int)ulong.TrailingZeroCount(hash >> IndexBits)));
        if (_registers[index] >= rank) return false;
        _registers[index] = rank;
        return true;
    }

    public void Merge(ModelRegisters other)
    {
        for (int index = 0; index < Count; index++)
            _registers[index] = Math.Max(_registers[index], other._registers[index]);
    }

    public long Estimate()
    {
        int[] histogram = new int[RankMax + 2];
        foreach (byte rank in _registers) histogram[rank]++;
        double sum = Count * Tau((Count - histogram[RankMax + 1]) / (double)Count);
        for (int rank = RankMax; rank >= 1; rank--) sum = (sum + histogram[rank]) * 0.5;
        sum += Count * Sigma(histogram[0] / (double)Count);
        const double Alpha = 0.721347520444481703680;
        return (long)Math.Round(Alpha * Count * Count / sum, MidpointRounding.AwayFromZero);
    }

    public string Print() => Convert.ToHexString(_registers);

    public ModelRegisters Copy()
    {
        var copy = new ModelRegisters();
        _registers.CopyTo(copy._registers, 0);
        return copy;
    }

    private static double Tau(double x)
    {
        if (x is 0 or 1) return 0;
        double y = 1;
        double z = 1 - x;
        for (double last = double.NaN; last != z;)
        {
            x = Math.Sqrt(x);
            last = z;
            y *= 0.5;
            z -= Math.Pow(1 - x, 2) * y;
        }
        return z / 3;
    }

    private static double Sigma(double x)
    {
        if (x == 1) return double.PositiveInfinity;
        double y = 1;
        double z = x;
        for (double last = double.NaN; last != z;)
        {
            x *= x;
            last = z;
            z += x * y;
            y += y;
        }
        return z;
    }

    // MurmurHash64A.
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong hash = Seed ^ ((ulong)bytes.Length * Factor);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) * Factor;
            hash = (hash ^ ((word ^ (word >> 47)) * Factor)) * Factor;
        }
        for (int at = bytes.Length - 1; at >= 0; at--) hash ^= (ulong)bytes[at] << (8 * at);
        if (bytes.Length > 0) hash *= Factor;
        hash = (hash ^ (hash >> 47)) * Factor;
        return hash ^ (hash >> 47);
    }
}
