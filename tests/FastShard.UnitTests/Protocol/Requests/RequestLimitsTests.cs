using FastShard.Protocol;
using Xunit;
using static FastShard.UnitTests.Protocol.Requests.RequestSamples;

namespace FastShard.UnitTests.Protocol.Requests;

public sealed class RequestLimitsTests
{
    private const int Line = RequestLimits.MaxLineBytes;

    private static readonly RequestLimits Stranger = new() { Authenticated = false };

    [Theory]
    [InlineData("*10\r\n", null)]
    [InlineData("*11\r\n", "ERR Protocol error: unauthenticated multibulk length")]
    [InlineData("*2147483648\r\n", "ERR Protocol error: invalid multibulk length")]
    [InlineData("*1\r\n$16384\r\n", null)]
    [InlineData("*1\r\n$16385\r\n", "ERR Protocol error: unauthenticated bulk length")]
    [InlineData("*1\r\n$536870913\r\n", "ERR Protocol error: invalid bulk length")]
    public void An_unauthenticated_peer_may_send_little(string input, string? error)
    {
        Assert.Equal(error, Feed(input, Stranger).Error);
    }

    [Theory]
    [InlineData(Line, "", false)]
    [InlineData(Line, "\n", false)]
    [InlineData(Line + 1, "", true)]
    [InlineData(Line + 1, "\n", true)]
    public void An_inline_request_is_at_most_64_kilobytes(int length, string end, bool tooBig)
    {
        byte[] line = Bytes(new string('A', length));
        string expected = tooBig ? "!ERR Protocol error: too big inline request"
            : end.Length > 0 ? RequestDriver.Show(line)
            : "";
        Assert.Equal(expected, RequestDriver.Outcome([.. line, .. Bytes(end)], () => int.MaxValue));
        Assert.Equal(expected, RequestDriver.Outcome([.. line, .. Bytes(end)], () => 7));
    }

    [Theory]
    [InlineData("*", "ERR Protocol error: too big mbulk count string")]
    [InlineData("*1\r\n$", "ERR Protocol error: too big bulk count string")]
    [InlineData("*1\r\nx", "ERR Protocol error: too big bulk count string")]
    [InlineData("*\0", "ERR Protocol error: too big mbulk count string")]
    [InlineData("*1\r\n$\0", "ERR Protocol error: too big bulk count string")]
    [InlineData("\0", "ERR Protocol error: too big inline request")]
    public void A_line_without_an_end_is_refused_past_64_kilobytes(string start, string error)
    {
        int header = start.Length - start.LastIndexOf('\n') - 1;
        using RequestDriver driver = Feed(start + new string('1', Line - header), RequestLimits.Default);
        Assert.Null(driver.Error);
        driver.Feed("1"u8);
        Assert.Equal(error, driver.Error);
    }

    [Fact]
    public void The_largest_bulk_is_configurable_also_below_the_quick_path()
    {
        var limits = new RequestLimits { MaxBulkBytes = 100 };
        Assert.Null(Feed("*1\r\n$100\r\n", limits).Error);
        Assert.Equal("ERR Protocol error: invalid bulk length", Feed("*1\r\n$101\r\n", limits).Error);
        Assert.Equal("ERR Protocol error: invalid bulk length",
            Feed("*1\r\n$9\r\n", new RequestLimits { MaxBulkBytes = 8 }).Error);
        Assert.Null(Feed("*1\r\n$1000000000\r\n", new RequestLimits { MaxBulkBytes = long.MaxValue }).Error);
        Assert.NotNull(Feed("*1\r\n$3000000000\r\n", new RequestLimits { MaxBulkBytes = long.MaxValue }).Error);
    }

    [Fact]
    public void The_number_of_arguments_is_configurable()
    {
        var limits = new RequestLimits { MaxArguments = 1000 };
        Assert.Null(Feed("*1000\r\n", limits).Error);
        Assert.Equal("ERR Protocol error: invalid multibulk length", Feed("*1001\r\n", limits).Error);
        Assert.Null(Feed("*2147483647\r\n", RequestLimits.Default).Error);
    }

    private static RequestDriver Feed(string input, RequestLimits limits)
    {
        var driver = new RequestDriver(limits);
        driver.Feed(Bytes(input));
        return driver;
    }
}
