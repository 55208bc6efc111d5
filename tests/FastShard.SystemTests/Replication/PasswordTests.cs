using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>
/// Links that need a password, on both sides, with redis-server too; and what a replica says of itself.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class PasswordTests
{
    private static readonly string[] Options =
    [
        "--shards", "2", "--repl-diskless-sync-delay", "0", "--requirepass", "sesame",
    ];

    [Fact]
    public void The_password_opens_our_primary_to_our_replica_and_to_a_redis_server()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using RespClient primary = LogIn(first.Connect());
        string[] follow = ["--replicaof", $"127.0.0.1 {first.Port}"];
        using FastShardServer second = FastShardServer.Start("epoll", [.. Options, .. follow, "--masterauth", "wrong"]);
        using RespClient replica = LogIn(second.Connect());
        second.Until(() => second.Log.Contains("Unable to AUTH to MASTER", StringComparison.Ordinal), "it is refused");
        Assert.False(Pair.IsUp(replica));
        Assert.Equal("OK", replica.Run("CONFIG", "SET", "masterauth", "sesame").Text);
        second.Until(() => Pair.IsUp(replica), "the link is up");
        Assert.Equal("OK", replica.Run("CONFIG", "SET", "masteruser", "default").Text);
        primary.Run("CLIENT", "KILL", "TYPE", "replica");
        second.Until(() => Pair.Field(primary, "sync_partial_ok") == "1", "the link is up with a name, too");
        using RedisServer redis = RedisServer.Start(
            first.Folder,
            [
                .. follow, "--masterauth", "sesame", "--requirepass", "sesame", "--replica-announce-ip", "10.1.2.3",
                "--replica-announce-port", "4321",
            ]);
        first.Until(() => redis.Answers("sesame"), "redis-server answers");
        using RespClient other = LogIn(redis.Connect());
        first.Until(() => Pair.IsUp(other), "redis-server's link is up");
        Assert.StartsWith("ip=10.1.2.3,port=4321,", Pair.Field(primary, "slave1"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_password_and_a_name_open_a_redis_server_to_our_replica()
    {
        using FastShardServer server = FastShardServer.Start(
            "epoll",
            [
                .. Options, "--replica-announce-ip", "10.9.8.7", "--slave-announce-port", "1234",
                "--masterauth", "pass",
            ]);
        using RedisServer redis = RedisServer.Start(
            server.Folder,
            ["--requirepass", "sesame", "--user", "follower", "on", ">pass", "+psync", "+replconf", "+ping"]);
        server.Until(() => redis.Answers("sesame"), "redis-server answers");
        using RespClient primary = LogIn(redis.Connect());
        using RespClient replica = LogIn(server.Connect());
        Assert.Equal("OK", replica.Run("SLAVEOF", "127.0.0.1", $"{redis.Port}").Text);
        server.Until(() => server.Log.Contains("Unable to AUTH to MASTER", StringComparison.Ordinal), "it is refused");
        Assert.Equal("OK", replica.Run("CONFIG", "SET", "masteruser", "follower").Text);
        server.Until(() => Pair.IsUp(replica), "the link is up");
        Assert.StartsWith("ip=10.9.8.7,port=1234,", Pair.Field(primary, "slave0"), StringComparison.Ordinal);
        Assert.Equal("OK", primary.Run("SET", "k", "v").Text);
        Assert.Equal(1, primary.Run("WAIT", "1", "10000").Integer);
        Assert.Equal("v", replica.Run("GET", "k").Text);
        Assert.Equal("pass", replica.Run("CONFIG", "GET", "masterauth").Elements![1].Text);
        Assert.Equal("1", Pair.Field(replica, "replica_announced"));
    }

    private static RespClient LogIn(RespClient client)
    {
        Assert.Equal("OK", client.Run("AUTH", "sesame").Text);
        return client;
    }
}
