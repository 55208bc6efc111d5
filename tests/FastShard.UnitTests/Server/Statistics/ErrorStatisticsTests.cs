using System.Text;
using FastShard.Server.Statistics;
using Xunit;

namespace FastShard.UnitTests.Server.Statistics;

public sealed class ErrorStatisticsTests
{
    [Theory]
    [InlineData("WRONGTYPE Operation against", "WRONGTYPE")]
    [InlineData("ERR syntax error", "ERR")]
    [InlineData("noword", "ERR")]
    [InlineData("", "ERR")]
    [InlineData(" leading", "ERR")]
    [InlineData("AVERYLONGFIRSTWORDTHATISLONGERTHANALLOWED x", "ERR")]
    public void Errors_are_counted_by_their_first_word(string error, string kind)
    {
        ErrorStatistics statistics = new();
        statistics.Record(Encoding.Latin1.GetBytes(error));
        statistics.Record(Encoding.Latin1.GetBytes(error));
        Assert.Equal(2, Assert.Contains(kind, statistics.Counts));
    }

    [Fact]
    public void Kinds_beyond_the_limit_share_one_line()
    {
        ErrorStatistics statistics = new();
        for (int kind = 0; kind < ErrorStatistics.KindsMax + 10; kind++)
            statistics.Record(Encoding.Latin1.GetBytes($"KIND{kind} text"));
        statistics.Record("KIND0 again"u8);
        Assert.Equal(2, statistics.Counts["KIND0"]);
        Assert.Equal(10, statistics.Counts[ErrorStatistics.Overflow]);
        Assert.Equal(ErrorStatistics.KindsMax + 1, statistics.Counts.Count);
    }
}
