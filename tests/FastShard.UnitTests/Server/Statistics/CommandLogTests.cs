using FastShard.Server.Statistics;
using Xunit;

namespace FastShard.UnitTests.Server.Statistics;

public sealed class CommandLogTests
{
    private static CommandLogEntry Entry(long id) => new()
    {
        Id = id,
        UnixSeconds = 1,
        Amount = 2,
        Arguments = [],
        ClientAddress = "",
        ClientName = "",
    };

    [Fact]
    public void The_newest_of_all_shards_come_first()
    {
        CommandLog[] logs = [new(), new()];
        for (int id = 0; id < 10; id++) logs[id % 3 == 0 ? 0 : 1].Add(Entry(id), limit: 8);
        List<long> ids = CommandLog.Newest(logs, limit: 5).ConvertAll(static entry => entry.Id);
        Assert.Equal([9, 8, 7, 6, 5], ids);
    }

    [Fact]
    public void A_log_keeps_no_more_than_its_limit()
    {
        CommandLog log = new();
        for (int id = 0; id < 10; id++) log.Add(Entry(id), limit: 3);
        Assert.Equal(3, CommandLog.Newest([log], limit: 100).Count);
        log.Trim(1);
        Assert.Equal(9, Assert.Single(CommandLog.Newest([log], limit: 100)).Id);
        log.Clear();
        Assert.Empty(CommandLog.Newest([log], limit: 100));
    }
}
