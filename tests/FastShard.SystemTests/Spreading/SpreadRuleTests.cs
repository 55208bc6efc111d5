using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Replication;
using Xunit;

namespace FastShard.SystemTests.Spreading;

public sealed class SpreadRuleTests
{
    private const string NotSpread = "ERR only a string that holds an integer can be spread, and a hash of integers "
        + "or a sorted set of whole scores with at most 1024 elements";

    [Fact]
    public void A_rule_spreads_what_is_hot_and_brings_together_what_has_cooled()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Run("SPREAD", "AUTO", "SET", "hits:*", "500", "2").Text);
        server.Until(
            () =>
            {
                for (int round = 0; round < 100; round++)
                {
                    client.Run("INCR", "hits:1");
                    client.Run("INCR", "other");
                }
                return client.Run("SPREAD", "LIST").Elements!.Count > 0;
            },
            "the rule has found its key");
        RespValue item = Assert.Single(client.Run("SPREAD", "LIST").Elements!);
        Assert.Equal("hits:1", item.Elements![1].Text);
        Assert.Equal("rule", item.Elements[9].Text);
        client.Run("INCR", "hits:1");
        Assert.Equal("1", Pair.Field(client, "spread_keys_active"));
        server.Until(() => client.Run("SPREAD", "LIST").Elements!.Count == 0, "the key has cooled");
        Assert.Equal(client.Run("GET", "other").Integer + 1, client.Run("GET", "hits:1").Integer);
    }

    [Fact]
    public void Rules_are_listed_deleted_and_part_of_the_configuration()
    {
        using FastShardServer server = FastShardServer.Start(
            Transports.Epoll, "--shards", "2", "--spread", "a:*", "100", "4");
        using RespClient client = server.Connect();
        client.Run("SPREAD", "AUTO", "SET", "b:*", "200", "8", "KEEP", "STRICT");
        Assert.Equal("a:* 100 4 b:* 200 8 KEEP STRICT", client.Run("CONFIG", "GET", "spread").Elements![1].Text);
        Assert.Equal(2, client.Run("SPREAD", "AUTO", "LIST").Elements!.Count);
        Assert.Equal(1, client.Run("SPREAD", "AUTO", "DEL", "a:*").Integer);
        Assert.Equal(0, client.Run("SPREAD", "AUTO", "DEL", "a:*").Integer);
        Assert.Equal(
            "*[*[$pattern, $b:*, $threshold, :200, $shards, :8, $keep, :1, $strict, :1]]",
            client.Run("SPREAD", "AUTO", "LIST").ToString());
        Assert.Equal("OK", client.Run("CONFIG", "SET", "spread", "").Text);
        Assert.Empty(client.Run("SPREAD", "AUTO", "LIST").Elements!);
    }

    [Fact]
    public void A_strict_key_refuses_what_would_bring_it_together()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        client.Run("SET", "hits", "1");
        client.Run("SPREAD", "hits", "2", "STRICT");
        const string Refusal = "-ERR the key is spread, and is not to be brought together for a command like this";
        Assert.Equal(Refusal, client.Run("SET", "hits", "5").ToString());
        Assert.Equal(Refusal, client.Run("APPEND", "hits", "5").ToString());
        Assert.Equal(2, client.Run("INCR", "hits").Integer);
        Assert.Equal("2", client.Run("GET", "hits").Text);
        Assert.Equal(1, client.Run("DEL", "hits").Integer);
        Assert.Equal("OK", client.Run("SET", "hits", "5").Text);
    }

    [Theory]
    [InlineData("ERR the number of shards must be between 2 and 64", "SPREAD", "number", "1")]
    [InlineData("ERR the number of shards must be between 2 and 64", "SPREAD", "number", "65")]
    [InlineData("ERR the number of shards must be between 2 and 64", "SPREAD", "number", "many")]
    [InlineData("ERR no such key", "SPREAD", "missing", "2")]
    [InlineData(NotSpread, "SPREAD", "text", "2")]
    [InlineData(NotSpread, "SPREAD", "queue", "2")]
    [InlineData(NotSpread, "SPREAD", "words", "2")]
    [InlineData(NotSpread, "SPREAD", "fractions", "2")]
    [InlineData("ERR only a string of at most 1 MB can be copied", "SPREAD", "queue", "2", "COPY")]
    [InlineData("ERR syntax error", "SPREAD", "number", "2", "WHAT")]
    [InlineData("ERR syntax error", "SPREAD", "number")]
    [InlineData("ERR a rule is a pattern, a threshold and a number of shards", "SPREAD", "AUTO", "SET", "a", "2", "2",
        "b")]
    [InlineData("ERR the threshold must be a positive number of writes a second", "SPREAD", "AUTO", "SET", "a", "0",
        "2")]
    [InlineData("ERR syntax error", "SPREAD", "AUTO", "WHAT")]
    public void What_cannot_be_done_changes_nothing(string error, params string[] request)
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        client.Run("MSET", "number", "1", "text", "x");
        client.Run("RPUSH", "queue", "1");
        client.Run("HSET", "words", "a", "1", "b", "x");
        client.Run("ZADD", "fractions", "1", "a", "1.5", "b");
        Assert.Equal("-" + error, client.Run(request).ToString());
        Assert.Empty(client.Run("SPREAD", "LIST").Elements!);
        Assert.Equal(0, client.Run("UNSPREAD", "number").Integer);
        Assert.True(client.Run("SPREAD", "INFO", "number").IsNull);
    }

    [Fact]
    public void A_cluster_says_that_it_cannot()
    {
        using FastShardServer server = FastShardServer.Start(
            Transports.Epoll, "--shards", "2", "--cluster-enabled", "yes", "--cluster-require-full-coverage", "no");
        using RespClient client = server.Connect();
        Assert.Equal(
            "-ERR keys cannot be spread in a cluster", client.Run("SPREAD", "a", "2").ToString());
    }
}
