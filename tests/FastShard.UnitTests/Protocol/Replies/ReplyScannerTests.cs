using System.Text;
using FastShard.Protocol;
using Xunit;

namespace FastShard.UnitTests.Protocol.Replies;

public sealed class ReplyScannerTests
{
    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("-ERR no\r\n")]
    [InlineData(":12\r\n")]
    [InlineData("$3\r\na\nb\r\n")]
    [InlineData("$0\r\n\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("*3\r\n:1\r\n*2\r\n$1\r\nx\r\n*0\r\n+y\r\n")]
    [InlineData("%2\r\n+a\r\n:1\r\n+b\r\n~1\r\n#t\r\n")]
    [InlineData("_\r\n")]
    [InlineData(",1.5\r\n")]
    [InlineData("(123456789012345678901234567890\r\n")]
    [InlineData("=7\r\ntxt:abc\r\n")]
    [InlineData("!5\r\nERR x\r\n")]
    [InlineData(">2\r\n+invalidate\r\n*1\r\n+k\r\n")]
    [InlineData("|1\r\n+ttl\r\n:9\r\n$1\r\nv\r\n")]
    public void A_reply_ends_where_it_ends_however_its_bytes_come(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        byte[] followed = [.. bytes, .. "+NEXT\r\n"u8];
        ReplyScanner scanner = new();
        Assert.Equal(ReplyScan.Complete, scanner.Scan(followed, out int length));
        Assert.Equal(bytes.Length, length);
        for (int end = 0; end < bytes.Length; end++)
            Assert.Equal(ReplyScan.NeedMore, scanner.Scan(bytes.AsSpan(0, end), out _));
        Assert.Equal(ReplyScan.Complete, scanner.Scan(bytes, out length));
        Assert.Equal(bytes.Length, length);
    }

    [Theory]
    [InlineData("OK\r\n")]
    [InlineData("\r\n")]
    [InlineData("$x\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("*99999999999\r\n")]
    [InlineData("+no carriage return\n")]
    public void What_is_no_reply_is_broken(string text) =>
        Assert.Equal(ReplyScan.Broken, new ReplyScanner().Scan(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void It_says_how_much_of_a_large_value_is_missing()
    {
        ReplyScanner scanner = new();
        Assert.Equal(ReplyScan.NeedMore, scanner.Scan("*2\r\n$1000\r\nabc"u8, out _));
        Assert.Equal(999, scanner.MissingBytes);
    }
}
