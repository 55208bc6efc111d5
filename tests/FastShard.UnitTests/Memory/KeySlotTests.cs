using System.Text;
using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory;

public sealed class KeySlotTests
{
    [Fact]
    public void Crc_is_the_one_that_redis_names_in_its_specification() =>
        Assert.Equal(0x31C3, KeySlot.Crc16("123456789"u8));

    [Theory]
    [InlineData("foo", 12182)]
    [InlineData("bar", 5061)]
    [InlineData("hello", 866)]
    [InlineData("", 0)]
    public void Slots_are_those_of_redis(string key, int slot) =>
        Assert.Equal(slot, KeySlot.Of(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("{user1000}.following", "user1000")]
    [InlineData("foo{}{bar}", "foo{}{bar}")]
    [InlineData("foo{{bar}}zap", "{bar")]
    [InlineData("foo{bar}{zap}", "bar")]
    [InlineData("foo{bar", "foo{bar")]
    [InlineData("foo}bar{", "foo}bar{")]
    [InlineData("}{a}", "a")]
    public void Only_the_hash_tag_counts(string key, string hashed) =>
        Assert.Equal(hashed, Encoding.UTF8.GetString(KeySlot.Hashed(Encoding.UTF8.GetBytes(key))));

    [Fact]
    public void Eight_bytes_a_step_give_what_one_bit_a_step_gives()
    {
        Random random = new(7);
        for (int length = 0; length < 100; length++)
        {
            byte[] bytes = new byte[length];
            random.NextBytes(bytes);
            Assert.Equal(BitByBit(bytes), KeySlot.Crc16(bytes));
        }
    }

    private static ushort BitByBit(byte[] bytes)
    {
        int crc = 0;
        foreach (byte next in bytes)
        {
            crc ^= next << 8;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }
        return (ushort)crc;
    }
}
