using System.Text;
using BenchmarkDotNet.Attributes;
using FastShard.Memory;

namespace FastShard.MicroBench;

/// <summary>What every key goes through: its cluster slot and its hash in the index.</summary>
[MemoryDiagnoser]
public class HashBench : IDisposable
{
    private const int Keys = 64;
    private const long Seed = 1;

    private readonly byte[][] _short = new byte[Keys][];
    private readonly byte[][] _tagged = new byte[Keys][];

    [GlobalSetup]
    public void Setup()
    {
        KeyHash.Seed = Seed;
        for (int i = 0; i < Keys; i++)
        {
            _short[i] = Encoding.ASCII.GetBytes($"key:{i:D8}");
            _tagged[i] = Encoding.ASCII.GetBytes($"session:{{user:{i:D8}}}:cart");
        }
        if (KeySlot.Of("123456789"u8) != 0x31C3 || KeySlot.Of("a{123456789}b"u8) != 0x31C3)
            throw new InvalidOperationException("A slot is wrong.");
        if (KeyHash.Of("a"u8) == KeyHash.Of("b"u8)) throw new InvalidOperationException("A hash is wrong.");
    }

    [Benchmark(OperationsPerInvoke = Keys)]
    public long Slot() => Slots(_short);

    [Benchmark(OperationsPerInvoke = Keys)]
    public long TaggedSlot() => Slots(_tagged);

    [Benchmark(OperationsPerInvoke = Keys)]
    public long Hash()
    {
        ulong sum = 0;
        foreach (byte[] key in _short) sum += KeyHash.Of(key);
        return (long)sum;
    }

    [GlobalCleanup]
    public void Dispose() => GC.SuppressFinalize(this);

    internal BenchCase[] Cases() =>
    [
        new("key.slot", Keys, Slot),
        new("key.slot.tagged", Keys, TaggedSlot),
        new("key.hash", Keys, Hash),
    ];

    private static long Slots(byte[][] keys)
    {
        long sum = 0;
        foreach (byte[] key in keys) sum += KeySlot.Of(key);
        return sum;
    }
}
