using FastShard.Persistence.Rdb;
using Xunit;

namespace FastShard.UnitTests.Persistence;

public sealed class Crc64Tests
{
    [Fact]
    public void The_check_value_of_the_polynomial_comes_out() =>
        Assert.Equal(0xE9C6D914C4B8D9CAUL, Crc64.Append(0, "123456789"u8));

    [Fact]
    public void Long_runs_come_to_the_same_as_by_the_table()
    {
        byte[] bytes = new byte[700];
        new Random(2).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            ReadOnlySpan<byte> run = bytes.AsSpan(0, length);
            Assert.Equal(Crc64.AppendByTable(0x123456789ABCDEF0, run), Crc64.Append(0x123456789ABCDEF0, run));
        }
    }

    [Fact]
    public void Pieces_come_to_the_same_as_the_whole()
    {
        byte[] bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        ulong whole = Crc64.Append(0, bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
            Assert.Equal(whole, Crc64.Append(Crc64.Append(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut)));
    }
}
