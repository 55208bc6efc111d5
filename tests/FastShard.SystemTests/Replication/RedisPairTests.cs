using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>redis-server as our replica, and we as its: under writes of every kind, with links that break.</summary>
[Collection(SequentialGroup.Name)]
public sealed class RedisPairTests
{
    private static readonly string[] Options =
        ["--shards", "2", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0"];

    [Theory]
    [InlineData("epoll", "yes")]
    [InlineData("pipelines", "yes")]
    [InlineData("epoll", "no")]
    public void A_redis_server_is_our_replica(string transport, string diskless)
    {
        using FastShardServer server = FastShardServer.Start(transport, [.. Options, "--repl-diskless-sync", diskless]);
        using RespClient primary = server.Connect();
        WriteLoad.Run(primary, seed: 1, batches: 20);
        using RedisServer redis = RedisServer.Start(server.Folder, "--replicaof", $"127.0.0.1 {server.Port}");
        server.Until(redis.Answers, "redis-server answers");
        using RespClient replica = redis.Connect();
        WriteUntil(server, () => Pair.IsUp(replica));
        Assert.Equal(1, primary.Run("CLIENT", "KILL", "TYPE", "replica").Integer);
        WriteLoad.Run(primary, seed: 2, batches: 10);
        Pair.AssertEqual(server, primary, replica);
        Assert.Equal("1", Pair.Field(primary, "sync_full"));
        Assert.Equal("1", Pair.Field(primary, "sync_partial_ok"));
        Assert.Contains("flags=S", primary.Run("CLIENT", "LIST", "TYPE", "replica").Text);
        Assert.StartsWith(
            $"ip=127.0.0.1,port={redis.Port},state=online,offset=", Pair.Field(primary, "slave0"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("epoll", "yes")]
    [InlineData("pipelines", "no")]
    public void We_are_a_replica_of_a_redis_server(string transport, string diskless)
    {
        using FastShardServer server = FastShardServer.Start(transport, Options);
        using RedisServer redis = RedisServer.Start(server.Folder, "--repl-diskless-sync", diskless);
        server.Until(redis.Answers, "redis-server answers");
        using RespClient primary = redis.Connect();
        using RespClient replica = server.Connect();
        Assert.Equal("OK", replica.Run("SET", "forgotten", "soon").Text);
        WriteLoad.Run(primary, seed: 3, batches: 20);
        Assert.Equal("OK", replica.Run("REPLICAOF", "127.0.0.1", $"{redis.Port}").Text);
        server.Until(() => Pair.IsUp(replica), "the link is up");
        WriteLoad.Run(primary, seed: 4, batches: 5);
        Assert.Equal(1, primary.Run("CLIENT", "KILL", "TYPE", "replica").Integer);
        WriteLoad.Run(primary, seed: 5, batches: 10);
        Pair.AssertEqual(server, primary, replica);
        Assert.Equal("1", Pair.Field(primary, "sync_full"));
        Assert.Equal("1", Pair.Field(primary, "sync_partial_ok"));
        Assert.Equal("READONLY You can't write against a read only replica.", replica.Run("SET", "a", "1").Text);
        Assert.Equal("OK", primary.Run("SET", "last", "1").Text);
        Assert.Equal(1, primary.Run("WAIT", "1", "10000").Integer);
        Assert.Equal("1", replica.Run("GET", "last").Text);
        Assert.Equal("slave", replica.Run("ROLE").Elements![0].Text);
    }

    private static void WriteUntil(FastShardServer server, Func<bool> condition)
    {
        using RespClient writer = server.Connect();
        int seed = 100;
        server.Until(
            () =>
            {
                WriteLoad.Run(writer, seed++, batches: 2);
                return condition();
            },
            "the replica is up under writes");
    }
}
