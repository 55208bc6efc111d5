using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>
/// FAILOVER between two of ours, and with redis-server on either side: no write that was answered is lost.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class FailoverTests
{
    private static readonly string[] Options =
    [
        "--shards", "2", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0",
    ];

    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void The_role_is_handed_over_under_writes_and_back_again(string transport)
    {
        using FastShardServer first = FastShardServer.Start(transport, Options);
        using FastShardServer second = FastShardServer.Start(
            transport, [.. Options, "--replicaof", $"127.0.0.1 {first.Port}"]);
        using RespClient one = first.Connect();
        using RespClient other = second.Connect();
        AwaitOnline(first, one);
        long counted = HandOver(first, one, second.Port, first.Connect);
        AssertHandedOver(second, other, one, counted);
        counted = HandOver(second, other, first.Port, second.Connect);
        AssertHandedOver(first, one, other, counted);
        Assert.Equal("0", Pair.Field(other, "sync_full"));
        Assert.Equal("1", Pair.Field(one, "sync_full"));
    }

    [Fact]
    public void The_role_goes_to_a_redis_server_and_comes_back()
    {
        using FastShardServer server = FastShardServer.Start("epoll", Options);
        using RedisServer redis = RedisServer.Start(server.Folder, "--replicaof", $"127.0.0.1 {server.Port}");
        server.Until(redis.Answers, "redis-server answers");
        using RespClient own = server.Connect();
        using RespClient foreign = redis.Connect();
        AwaitOnline(server, own);
        long counted = HandOver(server, own, redis.Port, server.Connect);
        AssertHandedOver(server, foreign, own, counted);
        counted = HandOver(server, foreign, server.Port, redis.Connect);
        AssertHandedOver(server, own, foreign, counted);
        Assert.Equal("1", Pair.Field(own, "sync_full"));
        Assert.Equal("0", Pair.Field(foreign, "sync_full"));
    }

    [Fact]
    public void A_replica_that_does_not_catch_up_is_given_up_or_forced()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using FastShardServer second = FastShardServer.Start(
            "epoll", [.. Options, "--replicaof", $"127.0.0.1 {first.Port}"]);
        using RespClient one = first.Connect();
        using RespClient other = second.Connect();
        AwaitOnline(first, one);
        Assert.Equal("ERR FAILOVER is not valid when server is a replica.", other.Run("FAILOVER").Text);
        Assert.Equal("ERR No failover in progress.", one.Run("FAILOVER", "ABORT").Text);
        second.Signal("STOP");
        Assert.Equal("OK", one.Run("SET", "k", "1").Text);

        Assert.Equal("OK", one.Run("FAILOVER").Text);
        Assert.Equal("waiting-for-sync", Pair.Field(one, "master_failover_state"));
        Assert.Equal("ERR FAILOVER already in progress.", one.Run("FAILOVER").Text);
        Assert.Equal(
            "ERR REPLICAOF not allowed while failing over.", one.Run("REPLICAOF", "NO", "ONE").Text);
        Assert.Equal("1", one.Run("GET", "k").Text);
        using RespClient writer = first.Connect();
        writer.Send("INCR", "k");
        first.Until(() => Pair.Field(one, "blocked_clients") == "1", "the write is held back");
        Assert.Equal("OK", one.Run("FAILOVER", "ABORT").Text);
        Assert.Equal(2, writer.Read().Integer);

        Assert.Equal("OK", one.Run("FAILOVER", "TIMEOUT", "1").Text);
        first.Until(() => Pair.Field(one, "master_failover_state") == "no-failover", "its time is over");
        Assert.Equal("OK", one.Run("SET", "k", "5").Text);

        string[] target = ["127.0.0.1", $"{second.Port}"];
        Assert.Equal("OK", one.Run(["FAILOVER", "TO", .. target, "TIMEOUT", "1", "FORCE"]).Text);
        first.Until(
            () => Pair.Field(one, "master_failover_state") == "failover-in-progress", "it goes on without");
        writer.Send("INCR", "k");
        second.Signal("CONT");
        first.Until(() => Pair.Field(one, "master_failover_state") == "no-failover", "it is over");
        Assert.StartsWith("READONLY", writer.Read().Text, StringComparison.Ordinal);
        Assert.Equal("master", other.Run("ROLE").Elements![0].Text);
        Pair.AssertEqual(second, other, one);
    }

    [Fact]
    public void A_target_that_does_not_want_leaves_everything_as_it_was()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using FastShardServer second = FastShardServer.Start(
            "epoll", [.. Options, "--replicaof", $"127.0.0.1 {first.Port}"]);
        using RespClient one = first.Connect();
        using RespClient other = second.Connect();
        AwaitOnline(first, one);
        second.Signal("STOP");
        Assert.Equal("OK", one.Run("SET", "k", "1").Text);
        string[] target = ["127.0.0.1", $"{second.Port}"];
        Assert.Equal("OK", one.Run(["FAILOVER", "TO", .. target, "TIMEOUT", "1", "FORCE"]).Text);
        first.Until(
            () => Pair.Field(one, "master_failover_state") == "failover-in-progress", "it goes on without");
        // It is a primary of its own before it hears of the failover.
        other.Send("REPLICAOF", "NO", "ONE");
        second.Signal("CONT");
        Assert.Equal("OK", other.Read().Text);
        first.Until(() => Pair.Field(one, "master_failover_state") == "no-failover", "it is over");
        Assert.Equal("OK", one.Run("SET", "k", "2").Text);
        Assert.Equal("master", one.Run("ROLE").Elements![0].Text);
        Assert.StartsWith(
            "ERR PSYNC FAILOVER can't be sent to a master", other.Run("PSYNC", "?", "-1", "FAILOVER").Text,
            StringComparison.Ordinal);
    }

    // What was counted and answered until the role was gone: a pipeline is cut in two by it, and by nothing else.
    private static long HandOver(FastShardServer clock, RespClient from, int toPort, Func<RespClient> connect)
    {
        using RespClient counter = connect();
        using RespClient several = connect();
        const int Count = 3000;
        AwaitOnline(clock, from);
        counter.SendRaw(string.Concat(Enumerable.Repeat("*2\r\n$4\r\nINCR\r\n$7\r\ncounter\r\n", Count)));
        Assert.Equal("OK", from.Run("FAILOVER", "TO", "127.0.0.1", $"{toPort}").Text);
        several.Send("MSET", "a", "1", "b", "2");
        long counted = 0;
        bool isOver = false;
        for (int number = 0; number < Count; number++)
        {
            RespValue reply = counter.Read();
            Assert.True(reply.IsError || !isOver, "a write behind the change of roles was answered");
            isOver |= reply.IsError;
            if (!isOver) counted = reply.Integer;
            else Assert.StartsWith("READONLY", reply.Text, StringComparison.Ordinal);
        }
        clock.Until(
            () => Pair.Field(from, "master_failover_state") == "no-failover", "the failover is over");
        _ = several.Read();
        Assert.StartsWith("READONLY", several.Run("MSET", "a", "1", "b", "2").Text, StringComparison.Ordinal);
        return counted;
    }

    // Up is what the replica says; the primary knows it with the first acknowledgement.
    private static void AwaitOnline(FastShardServer clock, RespClient primary) => clock.Until(
        () => Pair.Field(primary, "slave0")?.Contains("state=online", StringComparison.Ordinal) == true,
        "the replica is online");

    private static void AssertHandedOver(
        FastShardServer clock, RespClient primary, RespClient replica, long counted)
    {
        Assert.Equal("master", primary.Run("ROLE").Elements![0].Text);
        Assert.Equal("slave", replica.Run("ROLE").Elements![0].Text);
        if (counted > 0) Assert.Equal($"{counted}", primary.Run("GET", "counter").Text);
        WriteLoad.Run(primary, seed: 7, batches: 3);
        Pair.AssertEqual(clock, primary, replica);
    }
}
