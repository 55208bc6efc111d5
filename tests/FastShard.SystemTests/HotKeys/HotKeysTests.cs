using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.HotKeys;

public sealed class HotKeysTests
{
    [Theory, ClassData(typeof(Transports))]
    public void The_keys_that_are_used_most_come_first(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient client = server.Connect();
        string read = Slots.KeyOn(0, 2, "read");
        string written = Slots.KeyOn(1, 2, "written");
        client.Run("SET", read, "value");
        for (int round = 0; round < 200; round++)
        {
            client.Run("GET", read);
            client.Run("INCR", written);
            client.Run("INCR", written);
            client.Run("SET", $"other:{round}", "x");
        }
        RespValue first = client.Run("HOTKEYS", "GET", "COUNT", "2");
        Assert.Equal(2, first.Elements!.Count);
        Assert.Equal(written, Field(first.Elements[0], "key").Text);
        Assert.Equal(read, Field(first.Elements[1], "key").Text);
        Assert.Equal(Slots.Of(written), Field(first.Elements[0], "slot").Integer);
        Assert.Equal(1, Field(first.Elements[0], "shard").Integer);
        Assert.Equal(0, Field(first.Elements[0], "db").Integer);
        Assert.Equal(0, Field(first.Elements[0], "reads-per-second").Integer);
        Assert.True(Field(first.Elements[0], "writes-per-second").Integer > Field(first.Elements[1], "qps").Integer);
        Assert.Contains($"hotkey0:key=\"{written}\",db=0,slot={Slots.Of(written)},shard=1,", Info(client));
        Assert.Equal("OK", client.Run("HOTKEYS", "RESET").Text);
        Assert.Empty(client.Run("HOTKEYS", "GET").Elements!);
    }

    [Fact]
    public void Commands_of_several_keys_and_of_transactions_count()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        for (int round = 0; round < 100; round++)
        {
            client.Run("MSET", "a", "1", "b", "2");
            client.Run("MULTI");
            client.Run("APPEND", "c", "x");
            client.Run("EXEC");
        }
        string all = client.Run("HOTKEYS", "GET").ToString();
        foreach (string key in new[] { "a", "b", "c" }) Assert.Contains($"[$key, ${key}, ", all);
    }

    [Fact]
    public void Large_values_and_large_replies_are_named()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        client.Run("SET", "large", new string('x', 100_000));
        client.Run("SET", "small", "x");
        client.Run("GETRANGE", "large", "0", "49999");
        RespValue big = client.Run("HOTKEYS", "BIG", "COUNT", "1");
        RespValue value = Assert.Single(Field(big, "values").Elements!);
        Assert.Equal("large", Field(value, "key").Text);
        Assert.True(Field(value, "bytes").Integer >= 100_000);
        RespValue reply = Assert.Single(Field(big, "replies").Elements!);
        Assert.InRange(Field(reply, "bytes").Integer, 50_000, 50_020);
    }

    [Fact]
    public void A_session_counts_time_and_bytes_from_its_start_on()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        client.Run("SET", "before", "x");
        Assert.True(client.Run("HOTKEYS", "STOP").IsNull);
        Assert.Equal("OK", client.Run("HOTKEYS", "START", "METRICS", "2", "CPU", "NET", "COUNT", "2").Text);
        Assert.Equal(
            "-ERR hotkey tracking session already in progress",
            client.Run("HOTKEYS", "START", "METRICS", "1", "CPU").ToString());
        for (int round = 0; round < 50; round++)
        {
            client.Run("SET", "hot", new string('x', 1000));
            client.Run("SET", $"cold:{round}", "x");
        }
        Assert.Equal("OK", client.Run("HOTKEYS", "STOP").Text);
        client.Run("SET", "after", new string('x', 200_000));
        RespValue session = Assert.Single(client.Run("HOTKEYS", "GET").Elements!);
        Assert.Equal(0, Field(session, "tracking-active").Integer);
        Assert.Equal(1, Field(session, "sample-ratio").Integer);
        Assert.Equal("*[*[:0, :16383]]", Field(session, "selected-slots").ToString());
        Assert.True(Field(session, "all-commands-all-slots-us").Integer > 0);
        Assert.True(Field(session, "net-bytes-all-commands-all-slots").Integer > 50_000);
        IReadOnlyList<RespValue> byBytes = Field(session, "by-net-bytes").Elements!;
        Assert.Equal(4, byBytes.Count);
        Assert.Equal("hot", byBytes[0].Text);
        Assert.InRange(byBytes[1].Integer, 50_000, 60_000);
        Assert.Equal(4, Field(session, "by-cpu-time-us").Elements!.Count);
        Assert.DoesNotContain("$before", session.ToString());
        Assert.DoesNotContain("$after", session.ToString());
        client.Run("HOTKEYS", "RESET");
        Assert.Empty(client.Run("HOTKEYS", "GET").Elements!);
    }

    [Fact]
    public void A_session_of_some_slots_counts_their_keys_alone()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        string slot = $"{Slots.Of("wanted")}";
        client.Run("HOTKEYS", "START", "METRICS", "1", "NET", "SAMPLE", "1", "SLOTS", "1", slot);
        for (int round = 0; round < 20; round++)
        {
            client.Run("SET", "wanted", "x");
            client.Run("SET", "unwanted", "x");
        }
        RespValue session = Assert.Single(client.Run("HOTKEYS", "GET").Elements!);
        Assert.Equal($"*[*[:{slot}]]", Field(session, "selected-slots").ToString());
        Assert.Equal("wanted", Field(session, "by-net-bytes").Elements![0].Text);
        Assert.Equal(2, Field(session, "by-net-bytes").Elements!.Count);
    }

    [Theory]
    [InlineData("ERR METRICS parameter is required", "COUNT", "1")]
    [InlineData("ERR METRICS count must be positive", "METRICS", "0")]
    [InlineData("ERR METRICS count does not match number of metric types provided", "METRICS", "2", "CPU")]
    [InlineData("ERR METRICS CPU defined more than once!", "METRICS", "2", "CPU", "CPU")]
    [InlineData("ERR COUNT must be between 1 and 64", "METRICS", "1", "CPU", "COUNT", "65")]
    [InlineData("ERR DURATION be between 1 and 1000000", "METRICS", "1", "CPU", "DURATION", "0")]
    [InlineData("ERR SAMPLE ratio must be positive", "METRICS", "1", "CPU", "SAMPLE", "0")]
    [InlineData("ERR SLOTS count must be between 1 and 16384", "METRICS", "1", "CPU", "SLOTS", "0")]
    [InlineData("ERR not enough slot numbers provided", "METRICS", "1", "CPU", "SLOTS", "2", "5")]
    [InlineData("ERR Invalid or out of range slot", "METRICS", "1", "CPU", "SLOTS", "1", "16384")]
    [InlineData("ERR duplicate slot number", "METRICS", "1", "CPU", "SLOTS", "2", "5", "5")]
    [InlineData("ERR syntax error", "METRICS", "1", "CPU", "WHAT")]
    public void A_session_that_makes_no_sense_is_refused(string error, params string[] arguments)
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "1");
        using RespClient client = server.Connect();
        Assert.Equal("-" + error, client.Run(["HOTKEYS", "START", .. arguments]).ToString());
        Assert.True(client.Run("HOTKEYS", "STOP").IsNull);
    }

    [Fact]
    public void Tracking_can_be_turned_off_and_on()
    {
        using FastShardServer server = FastShardServer.Start(
            Transports.Epoll, "--shards", "1", "--hotkeys-tracking", "no");
        using RespClient client = server.Connect();
        for (int round = 0; round < 20; round++) client.Run("INCR", "a");
        Assert.Empty(client.Run("HOTKEYS", "GET").Elements!);
        client.Run("CONFIG", "SET", "hotkeys-tracking", "yes");
        for (int round = 0; round < 20; round++) client.Run("INCR", "a");
        Assert.Single(client.Run("HOTKEYS", "GET").Elements!);
    }

    private static string Info(RespClient client) => client.Run("INFO", "hotkeys").Text!;

    private static RespValue Field(RespValue map, string name)
    {
        for (int index = 0; index < map.Elements!.Count; index += 2)
        {
            if (map.Elements[index].Text == name) return map.Elements[index + 1];
        }
        throw new KeyNotFoundException(name);
    }
}
