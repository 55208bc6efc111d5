using System.Text;
using FastShard.Cluster.Migrations;
using Xunit;

namespace FastShard.UnitTests.Cluster.Migrations;

public sealed class ReplyCounterTests
{
    private const string Stream =
        "+OK\r\n:12\r\n$5\r\na\r\nbc\r\n$-1\r\n*-1\r\n*3\r\n$1\r\nx\r\n*2\r\n:1\r\n+y\r\n$0\r\n\r\n"
        + "-ERR first\r\n*0\r\n-ERR second\r\n";

    [Fact]
    public void Counts_whole_replies_however_the_bytes_are_cut()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Stream);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            var counter = new ReplyCounter();
            counter.Add(bytes.AsSpan(0, cut));
            counter.Add(bytes.AsSpan(cut));
            Assert.False(counter.IsBroken);
            Assert.Equal(9, counter.Count);
            Assert.Equal("ERR first", counter.TakeError());
            Assert.Null(counter.TakeError());
        }
    }

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("\r\n")]
    [InlineData("$x\r\n")]
    public void What_is_no_reply_is_seen(string text)
    {
        var counter = new ReplyCounter();
        counter.Add(Encoding.ASCII.GetBytes(text));
        Assert.True(counter.IsBroken);
    }
}
