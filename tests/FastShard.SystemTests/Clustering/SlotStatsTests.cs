using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering;

/// <summary>CLUSTER SLOT-STATS: what slots hold, and what commands cost. {a} is slot 15495, {b} is 3300.</summary>
[Collection(SequentialGroup.Name)]
public sealed class SlotStatsTests
{
    private const string Set = "*3\r\n$3\r\nSET\r\n$4\r\n{a}1\r\n$5\r\nvalue\r\n";

    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void Bytes_and_time_are_those_of_the_slots_commands(string transport)
    {
        using ClusterNodeProcess node = StartWhole(transport);
        using RespClient client = RespClient.Connect(node.Port);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "cluster-slot-stats-enabled", "yes").Text);
        for (int call = 0; call < 10; call++) Assert.Equal("OK", client.Run("SET", "{a}1", "value").Text);
        Dictionary<string, long> stats = StatsOf(client, 15495);
        Assert.Equal(["key-count", "cpu-usec", "memory-bytes", "network-bytes-in", "network-bytes-out"], stats.Keys);
        Assert.Equal(1, stats["key-count"]);
        Assert.Equal(10 * Set.Length, stats["network-bytes-in"]);
        Assert.Equal(10 * "+OK\r\n".Length, stats["network-bytes-out"]);
        Assert.True(stats["memory-bytes"] > "{a}1value".Length, $"{stats["memory-bytes"]} bytes");

        // Several keys of one slot, a pipeline over two slots, and a transaction.
        client.Run("CONFIG", "RESETSTAT");
        client.Run("MSET", "{a}2", "x", "{a}3", "y");
        long mset = "*5\r\n$4\r\nMSET\r\n$4\r\n{a}2\r\n$1\r\nx\r\n$4\r\n{a}3\r\n$1\r\ny\r\n".Length;
        Assert.Equal(mset, StatsOf(client, 15495)["network-bytes-in"]);
        client.Send("SET", "{a}1", "value");
        client.Send("SET", "{b}1", "value");
        client.Send("GET", "{b}1");
        for (int reply = 0; reply < 3; reply++) client.Read();
        Assert.Equal(mset + Set.Length, StatsOf(client, 15495)["network-bytes-in"]);
        Assert.Equal("+OK\r\n$5\r\nvalue\r\n".Length, StatsOf(client, 3300)["network-bytes-out"]);
        client.Run("MULTI");
        client.Run("SET", "{a}1", "value");
        client.Run("EXEC");
        Assert.Equal(mset + (2 * Set.Length), StatsOf(client, 15495)["network-bytes-in"]);
    }

    [Fact]
    public void Time_spent_in_a_slot_is_charged_to_it()
    {
        using ClusterNodeProcess node = StartWhole("epoll");
        using RespClient client = RespClient.Connect(node.Port);
        client.Run("CONFIG", "SET", "cluster-slot-stats-enabled", "yes");
        string[] members = [.. Enumerable.Range(0, 20000).Select(member => $"member:{member}")];
        client.Run(["SADD", "{a}set", .. members]);
        client.Run("SORT", "{a}set", "ALPHA");
        for (int call = 0; call < 100; call++) client.Run("GET", "{b}none");
        long busy = StatsOf(client, 15495)["cpu-usec"];
        string calls = client.Run("INFO", "commandstats").Text!;
        long sort = long.Parse(Between(calls, "cmdstat_sort:calls=1,usec=", ","));
        long sadd = long.Parse(Between(calls, "cmdstat_sadd:calls=1,usec=", ","));
        Assert.InRange(busy, sort + sadd - 2, sort + sadd + 2);
        Assert.True(StatsOf(client, 3300)["cpu-usec"] < busy);
        RespValue first = client.Run("CLUSTER", "SLOT-STATS", "ORDERBY", "cpu-usec", "LIMIT", "1").Elements![0];
        Assert.Equal(15495, first.Elements![0].Integer);
    }

    [Fact]
    public void Slots_are_ordered_by_a_metric_and_then_by_number()
    {
        using ClusterNodeProcess node = StartWhole("epoll");
        using RespClient client = RespClient.Connect(node.Port);
        client.Run("MSET", "{a}1", "x", "{a}2", "x");
        client.Run("SET", "{b}1", "x");
        Assert.Equal([15495, 3300, 0], Order(client, "ORDERBY", "key-count", "LIMIT", "3"));
        Assert.Equal([15495, 3300], Order(client, "ORDERBY", "memory-bytes", "LIMIT", "2", "DESC"));
        Assert.Equal([0, 1, 2], Order(client, "ORDERBY", "KEY-COUNT", "asc", "limit", "3"));
        Assert.Equal([3299, 3300, 3301], Order(client, "SLOTSRANGE", "3299", "3301"));
        Assert.Equal(["key-count", "memory-bytes"], StatsOf(client, 3300).Keys);
        client.Run("CLUSTER", "DELSLOTS", "3300");
        Assert.Equal([3299, 3301], Order(client, "SLOTSRANGE", "3299", "3301"));
    }

    [Theory]
    [InlineData("ERR Unrecognized sort metric for ORDERBY.", "ORDERBY", "cpu-usec")]
    [InlineData("ERR Unrecognized sort metric for ORDERBY.", "ORDERBY", "size")]
    [InlineData("ERR syntax error", "ORDERBY", "key-count", "LIMIT")]
    [InlineData("ERR syntax error", "ORDERBY", "key-count", "ASC", "DESC")]
    [InlineData(
        "ERR Limit has to lie in between 1 and 16384 (maximum number of slots).", "ORDERBY", "key-count", "LIMIT", "0")]
    [InlineData("ERR Start slot number 2 is greater than end slot number 1", "SLOTSRANGE", "2", "1")]
    [InlineData("ERR Invalid or out of range slot", "SLOTSRANGE", "1", "16384")]
    [InlineData(
        "ERR unknown subcommand or wrong number of arguments for 'SLOT-STATS'. Try CLUSTER HELP.", "SLOTSRANGE", "1")]
    public void What_is_asked_wrongly_is_refused(string error, params string[] words)
    {
        using ClusterNodeProcess node = ClusterNodeProcess.StartOurs("epoll");
        Assert.Equal(error, node.Ask(["CLUSTER", "SLOT-STATS", .. words]).Text);
    }

    private static ClusterNodeProcess StartWhole(string transport)
    {
        ClusterNodeProcess node = ClusterNodeProcess.StartOurs(transport);
        Assert.Equal("OK", node.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383").Text);
        using FastShardServer watcher = FastShardServer.Start("epoll");
        watcher.Until(() => node.Ask("GET", "a").Type == '$', "the cluster serves");
        return node;
    }

    private static Dictionary<string, long> StatsOf(RespClient client, int slot)
    {
        RespValue reply = client.Run("CLUSTER", "SLOT-STATS", "SLOTSRANGE", $"{slot}", $"{slot}");
        IReadOnlyList<RespValue> pairs = reply.Elements![0].Elements![1].Elements!;
        Dictionary<string, long> stats = [];
        for (int index = 0; index < pairs.Count; index += 2) stats.Add(pairs[index].Text!, pairs[index + 1].Integer);
        return stats;
    }

    private static long[] Order(RespClient client, params string[] words) =>
        [.. client.Run(["CLUSTER", "SLOT-STATS", .. words]).Elements!.Select(stat => stat.Elements![0].Integer)];

    private static string Between(string text, string before, string behind)
    {
        int start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(behind, start, StringComparison.Ordinal)];
    }
}
