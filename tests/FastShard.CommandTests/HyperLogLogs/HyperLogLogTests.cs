using System.Text;
using FastShard.CommandTests.Harness;
using Xunit;

namespace FastShard.CommandTests.HyperLogLogs;

/// <summary>Registers, both encodings and the estimate, over many elements.</summary>
public sealed class HyperLogLogTests
{
    [Fact]
    public void Sparse_and_dense_values_hold_the_same_registers()
    {
        using CommandHarness harness = new(shards: 1);
        harness.Run("PFADD dense");
        harness.Run("PFDEBUG TODENSE dense");
        for (int number = 0; number < 600; number++)
        {
            string first = harness.Run($"PFADD sparse {number * 7919}");
            Assert.Equal(first == "1" || number == 0 ? "1" : "0", harness.Run($"PFADD dense {number * 7919}"));
        }
        Assert.Equal("sparse", harness.Run("PFDEBUG ENCODING sparse"));
        Assert.Equal(harness.Run("PFCOUNT dense"), harness.Run("PFCOUNT sparse"));
        harness.Run("COPY sparse copy");
        Assert.Equal(harness.Run("PFDEBUG GETREG dense"), harness.Run("PFDEBUG GETREG copy"));
    }

    [Fact]
    public void A_sparse_value_becomes_dense_at_its_limit()
    {
        using CommandHarness harness = new(shards: 1);
        int number = 0;
        while (harness.Run("PFDEBUG ENCODING h") != "dense")
        {
            harness.Run($"PFADD h {number++}");
            Assert.True(number < 5000);
        }
        Assert.InRange(number, 1500, 2500);
        Assert.InRange(int.Parse(harness.Run("PFCOUNT h")), number * 0.97, number * 1.03);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public void The_estimate_is_near(int elements)
    {
        using CommandHarness harness = new(shards: 1);
        for (int number = 0; number < elements;)
        {
            byte[][] request = new byte[52][];
            request[0] = "PFADD"u8.ToArray();
            request[1] = "h"u8.ToArray();
            for (int index = 2; index < request.Length; index++)
                request[index] = Encoding.ASCII.GetBytes($"element:{number++}");
            harness.Run(request);
        }
        Assert.InRange(int.Parse(harness.Run("PFCOUNT h")), elements * 0.97, elements * 1.03);
    }

    [Fact]
    public void Random_bytes_behind_a_header_are_refused_or_counted()
    {
        using CommandHarness harness = new(shards: 1);
        Random random = new(1);
        for (int round = 0; round < 2000; round++)
        {
            byte[] value = new byte[16 + random.Next(64)];
            random.NextBytes(value);
            "HYLL\x01"u8.CopyTo(value);
            value[15] |= 0x80;
            if (round % 2 == 0 && value.Length > 18) (value[^2], value[^1]) = (0x7F, 0xFF);
            harness.Run("SET"u8.ToArray(), "h"u8.ToArray(), value);
            harness.Run("PFCOUNT h");
            harness.Run("PFADD h a b c");
            harness.Run("PFMERGE dest h");
            harness.Run("PFDEBUG TODENSE h");
        }
    }
}
