using FastShard.Persistence.Rdb;
using Xunit;

namespace FastShard.UnitTests.Persistence;

public sealed class LzfTests
{
    [Fact]
    public void What_was_compressed_expands_to_the_same()
    {
        Random random = new(1);
        for (int round = 0; round < 2000; round++)
        {
            byte[] source = new byte[random.Next(1, 5000)];
            int letters = 1 + random.Next(256);
            for (int index = 0; index < source.Length; index++)
                source[index] = (byte)(index > 20 && random.Next(4) > 0 ? source[index - 20] : random.Next(letters));
            byte[] target = new byte[source.Length + (source.Length / 32) + 1];
            int length = Lzf.Compress(source, target);
            Assert.InRange(length, 1, target.Length);
            byte[] back = new byte[source.Length];
            Assert.True(Lzf.TryExpand(target.AsSpan(0, length), back));
            Assert.Equal(source, back);
        }
    }

    [Fact]
    public void Runs_become_short()
    {
        byte[] source = new byte[100_000];
        byte[] target = new byte[2000];
        int length = Lzf.Compress(source, target);
        Assert.InRange(length, 1, 1200);
        byte[] back = new byte[source.Length];
        Assert.True(Lzf.TryExpand(target.AsSpan(0, length), back));
        Assert.Equal(source, back);
    }

    [Fact]
    public void What_does_not_fit_is_not_compressed()
    {
        byte[] source = new byte[100];
        new Random(1).NextBytes(source);
        Assert.Equal(0, Lzf.Compress(source, new byte[96]));
    }

    [Fact]
    public void Random_bytes_never_leave_the_target()
    {
        Random random = new(1);
        byte[] target = new byte[300];
        for (int round = 0; round < 100_000; round++)
        {
            byte[] source = new byte[random.Next(40)];
            random.NextBytes(source);
            if (random.Next(2) == 0) source.AsSpan().Replace((byte)0xFF, (byte)0x20);
            Lzf.TryExpand(source, target.AsSpan(0, random.Next(300)));
        }
    }

    [Fact]
    public void A_text_of_another_writer_expands()
    {
        // "aaaaa..." (65 letters) as redis-server writes it.
        byte[] back = new byte[65];
        Assert.True(Lzf.TryExpand([0x01, 0x61, 0x61, 0xE0, 0x34, 0x00, 0x01, 0x61, 0x61], back));
        Assert.All(back, static letter => Assert.Equal((byte)'a', letter));
    }
}
