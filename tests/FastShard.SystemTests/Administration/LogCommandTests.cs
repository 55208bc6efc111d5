using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Administration;

public sealed class LogCommandTests
{
    [Theory, ClassData(typeof(Transports))]
    public void The_slow_log_has_the_commands_of_all_shards(string transport)
    {
        using FastShardServer server = FastShardServer.Start(
            transport, "--shards", "2", "--slowlog-log-slower-than", "0");
        using RespClient client = server.Connect();
        client.Run("SLOWLOG", "RESET");
        for (int key = 0; key < 8; key++) client.Run("SET", $"key{key}", new string('x', 200));
        RespValue log = client.Run("SLOWLOG", "GET", "8");
        Assert.Equal(8, log.Elements!.Count);
        for (int entry = 0; entry < 8; entry++)
        {
            IReadOnlyList<RespValue> arguments = log.Elements[entry].Elements![3].Elements!;
            Assert.Equal($"key{7 - entry}", arguments[1].Text);
            Assert.EndsWith("... (72 more bytes)", arguments[2].Text);
        }
        client.Run("CONFIG", "SET", "slowlog-max-len", "3");
        Assert.Equal(3, client.Run("SLOWLOG", "LEN").Integer);
    }

    // The value was received into memory of its own, which the key owns by the time the entry is written.
    [Theory, ClassData(typeof(Transports))]
    public void A_large_value_can_be_logged(string transport)
    {
        using FastShardServer server = FastShardServer.Start(
            transport, "--slowlog-log-slower-than", "0", "--commandlog-request-larger-than", "100000",
            "--commandlog-reply-larger-than", "100000");
        using RespClient client = server.Connect();
        string value = new('y', 200_000);
        Assert.Equal("OK", client.Run("SET", "large", value).Text);
        Assert.Equal(value, client.Run("GET", "large").Text);
        string slow = client.Run("SLOWLOG", "GET", "-1").ToString();
        Assert.Contains("... (199872 more bytes)", slow);
        Assert.Equal(1, client.Run("COMMANDLOG", "LEN", "large-request").Integer);
        RespValue reply = Assert.Single(client.Run("COMMANDLOG", "GET", "-1", "large-reply").Elements!);
        Assert.Equal("GET", reply.Elements![3].Elements![0].Text);
        Assert.InRange(reply.Elements[2].Integer, 200_000, 200_100);
        Assert.Equal("OK", client.Run("COMMANDLOG", "RESET", "large-reply").Text);
        Assert.Equal(0, client.Run("COMMANDLOG", "LEN", "large-reply").Integer);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Latency_events_are_kept_and_reset(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--enable-debug-command", "yes");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Run("CONFIG", "SET", "latency-monitor-threshold", "50").Text);
        Assert.Equal("OK", client.Run("DEBUG", "SLEEP", "0.06").Text);
        RespValue latest = Assert.Single(client.Run("LATENCY", "LATEST").Elements!);
        Assert.Equal("command", latest.Elements![0].Text);
        Assert.InRange(latest.Elements[3].Integer, 60, 10_000);
        Assert.Contains("command - high", client.Run("LATENCY", "GRAPH", "command").Text);
        Assert.Equal(1, client.Run("LATENCY", "RESET").Integer);
        Assert.Empty(client.Run("LATENCY", "LATEST").Elements!);
    }
}
