using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Replication;
using Xunit;

namespace FastShard.SystemTests.Spreading;

/// <summary>Hashes and sorted sets of counters that all shards count on.</summary>
public sealed class SpreadCollectionTests : IDisposable
{
    private const int Clients = 8;
    private const int Rounds = 200;
    private const int Total = Clients * Rounds * 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("fs-spread-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("hash", 2)]
    [InlineData("hash", 4)]
    [InlineData("zset", 3)]
    public void Replies_are_all_numbers_once_while_the_key_spreads_and_collapses(string type, int shards)
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", $"{shards}", "--save", "");
        using RespClient client = server.Connect();
        Fill(client, type);
        Assert.Equal("OK", client.Run("SPREAD", "key", "64").Text);
        var crowd = new Crowd(server, Increment(type), Clients, Rounds);
        crowd.Run(round =>
        {
            switch (round % 6)
            {
                case 0: client.Run("SPREAD", "key", "2"); break;
                case 1: Assert.Equal("7", Value(client, type, "other")); break;
                case 2: Assert.Equal(1, client.Run("DBSIZE").Integer); break;
                case 3: Assert.Equal(type, client.Run("TYPE", "key").Text); break;
                case 4: client.Run("SPREAD", "key", "64"); break;
                default: Put(client, type, $"new:{round % 40}"); break;
            }
        });
        Assert.Equal(Enumerable.Range(1, Total).Select(static number => (long)number), crowd.Replies.Order());
        Assert.Equal($"{Total}", Value(client, type, "hot"));
    }

    [Theory]
    [InlineData("hash")]
    [InlineData("zset")]
    public void It_outlives_a_restart_and_reaches_replicas(string type)
    {
        string[] options = ["--shards", "2", "--appendonly", "yes", "--repl-diskless-sync-delay", "0"];
        using (FastShardServer server = FastShardServer.StartIn(_folder, null, options))
        using (RedisServer redis = RedisServer.Start(_folder, "--replicaof", $"127.0.0.1 {server.Port}"))
        using (RespClient client = server.Connect())
        {
            server.Until(redis.Answers, "redis-server answers");
            using RespClient replica = redis.Connect();
            Fill(client, type);
            client.Run("SPREAD", "key", "2");
            var crowd = new Crowd(server, Increment(type), Clients, Rounds);
            crowd.Run(round =>
            {
                if (round % 20 == 0) client.Run("BGREWRITEAOF");
                client.Run("SPREAD", "key", "2");
            });
            server.Until(() => Value(replica, type, "hot") == $"{Total}", "the replica has counted all");
            server.Stop();
        }
        using FastShardServer again = FastShardServer.StartIn(_folder, null, options);
        using RespClient reader = again.Connect();
        Assert.Equal($"{Total}", Value(reader, type, "hot"));
        Assert.Equal("7", Value(reader, type, "other"));
    }

    [Fact]
    public void What_has_no_place_in_a_word_is_done_together()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        Fill(client, "hash");
        client.Run("SPREAD", "key", "2");
        Assert.Equal(5, client.Run("HINCRBY", "key", "fresh", "5").Integer);
        client.Run("SPREAD", "key", "2");
        Assert.Equal("5.5", client.Run("HINCRBYFLOAT", "key", "fresh", "0.5").Text);
        Assert.True(client.Run("SPREAD", "key", "2").IsError);
        Assert.Equal("*[$0, $7, $5.5]", client.Run("HMGET", "key", "hot", "other", "fresh").ToString());
        Fill(client, "zset");
        client.Run("SPREAD", "scores", "2");
        client.Run("ZADD", "scores", "3", "a", "1", "b");
        Assert.Equal("OK", client.Run("SPREAD", "scores", "2").Text);
        Assert.Equal("2", client.Run("ZINCRBY", "scores", "1", "b").Text);
        Assert.Equal("2.25", client.Run("ZINCRBY", "scores", "0.25", "b").Text);
        Assert.Equal("*[$b, $2.25, $a, $3]", client.Run("ZRANGE", "scores", "0", "-1", "WITHSCORES").ToString());
    }

    private static string[] Increment(string type) =>
        type == "hash" ? ["HINCRBY", "key", "hot", "1"] : ["ZINCRBY", "key", "1", "hot"];

    private static void Fill(RespClient client, string type)
    {
        client.Run("DEL", "key");
        if (type == "hash") client.Run("HSET", "key", "hot", "0", "other", "7");
        else client.Run("ZADD", "key", "0", "hot", "7", "other");
    }

    private static void Put(RespClient client, string type, string element)
    {
        if (type == "hash") client.Run("HSET", "key", element, "1");
        else client.Run("ZADD", "key", "1", element);
    }

    private static string? Value(RespClient client, string type, string element) =>
        client.Run(type == "hash" ? "HGET" : "ZSCORE", "key", element).Text;
}
