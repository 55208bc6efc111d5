using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>Messages are heard by those who listen at replicas, in their place among the writes.</summary>
[Collection(SequentialGroup.Name)]
public sealed class MessageTests
{
    private static readonly string[] Options =
    [
        "--shards", "2", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0", "--appendonly", "yes",
    ];

    [Fact]
    public void Subscribers_at_replicas_hear_what_is_published_at_the_primary()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using FastShardServer second = FastShardServer.Start(
            "epoll", [.. Options, "--replicaof", $"127.0.0.1 {first.Port}"]);
        using RedisServer redis = RedisServer.Start(second.Folder, "--replicaof", $"127.0.0.1 {second.Port}");
        second.Until(redis.Answers, "redis-server answers");
        using RespClient own = second.Connect();
        using RespClient foreign = redis.Connect();
        using RespClient primary = first.Connect();
        second.Until(() => Pair.IsUp(own) && Pair.IsUp(foreign), "the replicas are up");
        using RespClient listener = second.Connect();
        using RespClient other = redis.Connect();
        foreach (RespClient client in (RespClient[])[listener, other])
        {
            client.Run("SUBSCRIBE", "news");
            client.Run("SSUBSCRIBE", "shard");
            client.Run("PSUBSCRIBE", "x*");
        }
        long size = long.Parse(Pair.Field(primary, "aof_current_size")!);
        string large = new('v', 100_000);
        Assert.Equal(0, primary.Run("PUBLISH", "news", "1").Integer);
        Assert.Equal(0, primary.Run("SPUBLISH", "shard", "2").Integer);
        Assert.Equal(0, primary.Run("PUBLISH", "xyz", large).Integer);
        Assert.Equal("OK", primary.Run("MULTI").Text);
        primary.Run("PUBLISH", "news", "3");
        primary.Run("PUBLISH", "news", "4");
        Assert.Equal(2, primary.Run("EXEC").Elements!.Count);
        foreach (RespClient client in (RespClient[])[listener, other])
        {
            Assert.Equal("*[$message, $news, $1]", client.Read().ToString());
            Assert.Equal("*[$smessage, $shard, $2]", client.Read().ToString());
            Assert.Equal(large, client.Read().Elements![3].Text);
            Assert.Equal("*[$message, $news, $3]", client.Read().ToString());
            Assert.Equal("*[$message, $news, $4]", client.Read().ToString());
        }
        // The file has none of it.
        Assert.Equal("OK", primary.Run("SET", "k", "1").Text);
        long written = long.Parse(Pair.Field(primary, "aof_current_size")!) - size;
        Assert.InRange(written, 0, 200);
        Pair.AssertEqual(first, primary, own);
        Pair.AssertEqual(first, primary, foreign);
        // A message of the replica's own client stays there.
        Assert.Equal(1, own.Run("PUBLISH", "news", "here").Integer);
        Assert.Equal("*[$message, $news, $here]", listener.Read().ToString());
        Assert.Equal(1, foreign.Run("PUBLISH", "news", "there").Integer);
        Assert.Equal("*[$message, $news, $there]", other.Read().ToString());
    }
}
