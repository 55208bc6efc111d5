using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory.Buffers;

public sealed class ReplyBufferTests
{
    private const int Large = ReplyBuffer.CopyLimit + 1;

    [Fact]
    public void Inline_bytes_and_blobs_come_out_in_order()
    {
        using var buffer = new ReplyBuffer();
        Blob blob = Filled(Large, 7);
        buffer.Append("abc"u8);
        buffer.AppendBlob(blob, 0, Large);
        buffer.Append("de"u8);
        blob.Release();
        Assert.Equal(3 + Large + 2, buffer.Length);
        Assert.Equal("abc"u8, buffer.Peek());
        buffer.Consume(2);
        Assert.Equal("c"u8, buffer.Peek());
        buffer.Consume(1 + 100);
        Assert.Equal(Large - 100, buffer.Peek().Length);
        Assert.Equal(7, buffer.Peek()[0]);
        buffer.Consume(Large - 100 + 1);
        Assert.Equal("e"u8, buffer.Peek());
        buffer.Consume(1);
        Assert.True(buffer.Peek().IsEmpty);
        Assert.Equal(0, buffer.Length);
    }

    [Fact]
    public void Short_pieces_of_a_blob_are_copied()
    {
        using var buffer = new ReplyBuffer();
        Blob blob = Filled(Large, 7);
        buffer.AppendBlob(blob, 1, ReplyBuffer.CopyLimit);
        blob.Release();
        Assert.Equal(ReplyBuffer.CopyLimit, buffer.Peek().Length);
        Assert.Equal(7, buffer.Peek()[^1]);
    }

    [Fact]
    public void Truncate_drops_all_since_the_mark()
    {
        using var buffer = new ReplyBuffer();
        Blob blob = Filled(Large, 1);
        buffer.Append("keep"u8);
        ReplyMark mark = buffer.Mark();
        buffer.Append("drop"u8);
        buffer.AppendBlob(blob, 0, Large);
        buffer.Append("drop"u8);
        buffer.Consume(2);
        buffer.Truncate(mark);
        blob.Release();
        Assert.Equal("ep"u8, buffer.Peek());
        Assert.Equal(2, buffer.Length);
        buffer.Append("!"u8);
        Assert.Equal("ep!"u8, buffer.Peek());
    }

    [Fact]
    public void A_mark_outlives_consumption_growth_and_compaction()
    {
        using var buffer = new ReplyBuffer();
        buffer.Append(new byte[200]);
        ReplyMark mark = buffer.Mark();
        buffer.Append("abc"u8);
        buffer.Consume(190);
        buffer.Append(new byte[5000]);
        buffer.Truncate(mark);
        Assert.Equal(10, buffer.Length);
    }

    [Fact]
    public void Insert_moves_what_follows_blobs_included()
    {
        using var buffer = new ReplyBuffer();
        Blob blob = Filled(Large, 1);
        buffer.Append("ab"u8);
        buffer.AppendBlob(blob, 0, Large);
        ReplyMark mark = buffer.Mark();
        buffer.Append("ef"u8);
        buffer.AppendBlob(blob, 0, Large);
        buffer.Insert(mark, new byte[1000]);
        buffer.Overwrite(mark, "cd"u8);
        blob.Release();
        Assert.Equal(2 + 1002 + (2 * Large), buffer.Length);
        Assert.Equal("ab"u8, buffer.Peek());
        buffer.Consume(2 + Large);
        Assert.Equal(1002, buffer.Peek().Length);
        Assert.Equal("cd"u8, buffer.Peek()[..2]);
        Assert.Equal("ef"u8, buffer.Peek()[^2..]);
    }

    [Fact]
    public void Allocated_bytes_count_whole_blobs_until_they_are_sent()
    {
        using var buffer = new ReplyBuffer();
        Blob blob = Filled(4 * Large, 1);
        buffer.AppendBlob(blob, 2 * Large, Large);
        blob.Release();
        Assert.Equal(Large, buffer.Length);
        Assert.Equal(4 * Large, buffer.AllocatedBytes);
        buffer.Consume(Large);
        Assert.Equal(0, buffer.AllocatedBytes);
    }

    [Fact]
    public void Clear_and_shrink_leave_nothing()
    {
        using var buffer = new ReplyBuffer(4096);
        Blob blob = Filled(Large, 1);
        buffer.Append("abc"u8);
        buffer.AppendBlob(blob, 0, Large);
        blob.Release();
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        Assert.Equal(4096, buffer.AllocatedBytes);
        buffer.Shrink();
        Assert.Equal(0, buffer.AllocatedBytes);
    }

    [Fact]
    public void Writing_and_sending_for_ever_stays_in_one_block()
    {
        using var buffer = new ReplyBuffer(1024);
        for (int i = 0; i < 10_000; i++)
        {
            buffer.Append(new byte[100]);
            if (i > 0) buffer.Consume(100);
        }
        Assert.Equal(1024, buffer.AllocatedBytes);
    }

    private static Blob Filled(int length, byte value)
    {
        Blob blob = Blob.Allocate(length);
        blob.Span.Fill(value);
        return blob;
    }
}
