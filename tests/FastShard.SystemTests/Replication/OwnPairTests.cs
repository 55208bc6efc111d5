using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>Our servers among each other: chains, promotion, WAIT, and what commands meet on a replica.</summary>
[Collection(SequentialGroup.Name)]
public sealed class OwnPairTests
{
    private static readonly string[] Options =
    [
        "--shards", "2", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0",
        "--repl-ping-replica-period", "3600",
    ];

    [Fact]
    public void A_chain_is_promoted_in_its_middle_and_nothing_is_sent_twice()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using RespClient old = first.Connect();
        WriteLoad.Run(old, seed: 1, batches: 10);
        using FastShardServer second = Follow(first);
        using RespClient middle = second.Connect();
        second.Until(() => Pair.IsUp(middle), "the second is up");
        using FastShardServer third = Follow(second);
        using RespClient end = third.Connect();
        using RedisServer redis = RedisServer.Start(third.Folder, "--replicaof", $"127.0.0.1 {second.Port}");
        third.Until(redis.Answers, "redis-server answers");
        using RespClient sibling = redis.Connect();
        third.Until(() => Pair.IsUp(end) && Pair.IsUp(sibling), "the ends of the chain are up");
        WriteLoad.Run(old, seed: 2, batches: 10);
        Pair.AssertEqual(first, old, end);
        Pair.AssertEqual(first, old, sibling);
        // What expires on the old primary behind the promotion would be ahead of the new one's stream.
        first.Until(
            () => old.Run("DBSIZE").Integer == old.Run("KEYS", "*").Elements!.Count,
            "all that was short-lived is gone");
        Pair.Settle(first, old, middle);

        Assert.Equal("OK", middle.Run("REPLICAOF", "NO", "ONE").Text);
        Assert.Equal("OK", old.Run("REPLICAOF", "127.0.0.1", $"{second.Port}").Text);
        WriteLoad.Run(middle, seed: 3, batches: 10);
        foreach (RespClient replica in (RespClient[])[end, sibling, old]) Pair.AssertEqual(second, middle, replica);
        Assert.Equal("2", Pair.Field(middle, "sync_full"));
        Assert.Equal("1", Pair.Field(old, "sync_full"));
        Assert.Equal(Pair.Field(middle, "master_replid"), Pair.Field(old, "master_replid"));
        Assert.Equal("master", middle.Run("ROLE").Elements![0].Text);
    }

    [Fact]
    public void Commands_meet_the_role()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using RespClient primary = first.Connect();
        using FastShardServer second = Follow(first);
        using RespClient replica = second.Connect();
        second.Until(() => Pair.IsUp(replica), "the replica is up");
        Assert.Equal("OK", primary.Run("SET", "k", "1").Text);
        Assert.Equal(1, primary.Run("WAIT", "1", "10000").Integer);
        Assert.Equal(1, primary.Run("WAIT", "2", "50").Integer);
        Assert.Equal("1", Pair.Field(primary, "sync_full"));
        Assert.Equal("OK", primary.Run("CONFIG", "RESETSTAT").Text);
        Assert.Equal("0", Pair.Field(primary, "sync_full"));
        Assert.Equal("1", replica.Run("GET", "k").Text);
        Assert.StartsWith("READONLY", replica.Run("SET", "k", "2").Text, StringComparison.Ordinal);
        Assert.StartsWith("ERR WAIT cannot be used with replica", replica.Run("WAIT", "1", "1").Text,
            StringComparison.Ordinal);
        primary.Run("CONFIG", "SET", "min-replicas-to-write", "2");
        Assert.Equal("NOREPLICAS Not enough good replicas to write.", primary.Run("SET", "k", "3").Text);
        primary.Run("CONFIG", "SET", "min-replicas-to-write", "1");
        Assert.Equal("OK", primary.Run("SET", "k", "3").Text);

        // Only the primary removes what is over; until then it is missing, and there.
        primary.Run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
        primary.Run("FLUSHALL");
        primary.Run("SET", "short", "1", "PX", "20");
        Assert.Equal(1, primary.Run("WAIT", "1", "10000").Integer);
        second.Until(() => replica.Run("GET", "short").Text is null, "its time is over");
        Assert.Equal(1, replica.Run("DBSIZE").Integer);
        Assert.Null(primary.Run("GET", "short").Text);
        second.Until(() => replica.Run("DBSIZE").Integer == 0, "the primary's word has come");

        replica.Run("CONFIG", "SET", "replica-serve-stale-data", "no");
        Assert.Null(replica.Run("GET", "k").Text);
        Assert.NotEqual(0, first.Stop("KILL"));
        second.Until(() => !Pair.IsUp(replica), "the link is down");
        Assert.Equal(
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
            replica.Run("GET", "k").Text);
    }

    [Fact]
    public void A_sentinel_promotes_the_replica_and_the_old_primary_follows_it()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using FastShardServer second = Follow(first);
        using RespClient replica = second.Connect();
        second.Until(() => Pair.IsUp(replica), "the replica is up");
        using RedisServer sentinel = RedisServer.StartSentinel(second.Folder, first.Port);
        second.Until(sentinel.Answers, "the sentinel answers");
        using RespClient watcher = sentinel.Connect();
        second.Until(
            () => watcher.Run("SENTINEL", "REPLICAS", "pair").Elements is { Count: 1 },
            "the sentinel sees the replica");
        using (RespClient primary = first.Connect())
        {
            primary.Run("SET", "k", "before");
            Assert.Equal(1, primary.Run("WAIT", "1", "10000").Integer);
        }
        Assert.NotEqual(0, first.Stop("KILL"));
        // The sentinel closes all clients of whom it changes, so each look has a connection of its own.
        second.Until(() => RoleOf(second) == "master", "the replica is promoted");
        second.Until(() => Names(watcher, second.Port), "the sentinel names the new primary");
        second.Until(() => Look(second, "GET", "k")?.Text == "before", "what was acknowledged is there");
        second.Until(() => Look(second, "SET", "k", "after")?.Text == "OK", "the new primary is written to");
        using FastShardServer again = FastShardServer.Start("epoll", [.. Options, "--port", $"{first.Port}"]);
        again.Until(() => RoleOf(again) == "slave", "the old primary is told to follow");
        again.Until(() => Look(again, "GET", "k")?.Text == "after", "the old primary follows");
    }

    private static string? RoleOf(FastShardServer server) => Look(server, "ROLE")?.Elements?[0].Text;

    // Null where the sentinel closed the connection before the answer.
    private static RespValue? Look(FastShardServer server, params string[] question)
    {
        try
        {
            using RespClient client = server.Connect();
            return client.Run(question);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool Names(RespClient sentinel, int port) =>
        sentinel.Run("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "pair").Elements![1].Text == $"{port}";

    private static FastShardServer Follow(FastShardServer primary) =>
        FastShardServer.Start("epoll", [.. Options, "--replicaof", $"127.0.0.1 {primary.Port}"]);
}
