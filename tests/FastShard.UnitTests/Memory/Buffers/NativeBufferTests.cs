using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory.Buffers;

public sealed class NativeBufferTests
{
    [Fact]
    public void Bytes_come_out_as_they_went_in()
    {
        using var buffer = new NativeBuffer(8);
        Put(buffer, "hello"u8);
        Assert.Equal("hello"u8, buffer.Bytes);
        buffer.Consume(2);
        Assert.Equal((2, 5, 3), (buffer.Start, buffer.End, buffer.Length));
        Assert.Equal("llo"u8, buffer.Bytes);
        Assert.Equal("hello"u8, buffer.All);
    }

    [Fact]
    public void Consuming_everything_begins_at_zero_again()
    {
        using var buffer = new NativeBuffer(8);
        Put(buffer, "hello"u8);
        buffer.Consume(5);
        Assert.Equal((0, 0, 8), (buffer.Start, buffer.End, buffer.Free.Length));
    }

    [Fact]
    public void Compact_moves_the_rest_down_and_tells_by_how_much()
    {
        using var buffer = new NativeBuffer(8);
        Put(buffer, "abcdefgh"u8);
        buffer.Consume(3);
        Assert.Equal(3, buffer.Compact());
        Assert.Equal("defgh"u8, buffer.All);
        Assert.Equal(3, buffer.Free.Length);
        Assert.Equal(0, buffer.Compact());
    }

    [Fact]
    public void Growing_keeps_content_and_offsets()
    {
        using var buffer = new NativeBuffer(0);
        Put(buffer, "abc"u8);
        buffer.Consume(1);
        buffer.EnsureFree(1000);
        Assert.Equal((1, 3), (buffer.Start, buffer.End));
        Assert.Equal("abc"u8, buffer.All);
        Assert.True(buffer.Free.Length >= 1000);
    }

    [Fact]
    public void Truncate_drops_the_end()
    {
        using var buffer = new NativeBuffer(8);
        Put(buffer, "abcdef"u8);
        buffer.Truncate(2);
        Assert.Equal("ab"u8, buffer.Bytes);
    }

    [Fact]
    public void Shrink_gives_back_what_is_not_in_use()
    {
        using var buffer = new NativeBuffer(1000);
        Put(buffer, "abcdef"u8);
        buffer.Shrink(2);
        Assert.Equal(6, buffer.Capacity);
        Assert.Equal("abcdef"u8, buffer.Bytes);
        buffer.Clear();
        buffer.Shrink(0);
        Assert.Equal(0, buffer.Capacity);
        Put(buffer, "again"u8);
        Assert.Equal("again"u8, buffer.Bytes);
    }

    private static void Put(NativeBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        buffer.EnsureFree(bytes.Length);
        bytes.CopyTo(buffer.Free);
        buffer.Commit(bytes.Length);
    }
}
