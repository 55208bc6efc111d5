using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Blocking;

/// <summary>What can happen to a client while it waits, other than being served.</summary>
public sealed class BlockedClientTests
{
    private const int Shards = 3;

    private static readonly string[] Keys =
        [.. Enumerable.Range(0, Shards).Select(shard => Slots.KeyOn(shard, Shards))];

    [Theory, ClassData(typeof(Transports))]
    public void Another_client_can_end_the_wait(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        string id = client.Run("CLIENT", "ID").Text!;
        Assert.Equal(0, blocked.Run("CLIENT", "UNBLOCK", id).Integer);

        Block(client, blocked);
        Assert.Contains(" flags=b ", blocked.Run("CLIENT", "LIST", "ID", id).Text);
        Assert.Equal(1, blocked.Run("CLIENT", "UNBLOCK", id).Integer);
        Assert.True(client.Read().IsNull);

        Block(client, blocked);
        Assert.Equal(1, blocked.Run("CLIENT", "UNBLOCK", id, "ERROR").Integer);
        Assert.Equal("UNBLOCKED client unblocked via CLIENT UNBLOCK", client.Read().Text);
        Assert.Equal(0, blocked.Run("CLIENT", "UNBLOCK", id, "TIMEOUT").Integer);
        Assert.Contains("errorstat_UNBLOCKED:count=1", blocked.Run("INFO", "errorstats").Text);
        Assert.Equal("PONG", client.Run("PING").Text);
        blocked.AwaitNone();
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_client_that_goes_takes_nothing(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using (RespClient client = server.Connect())
        {
            Block(client, blocked);
            client.Send("PING"); // unread requests do not hide its end
        }

        blocked.AwaitNone();
        foreach (string key in Keys) Assert.Equal(1, blocked.Run("RPUSH", key, "stays").Integer);
        foreach (string key in Keys) Assert.Equal(1, blocked.Run("LLEN", key).Integer);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_client_that_is_killed_takes_nothing(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        string id = client.Run("CLIENT", "ID").Text!;
        Block(client, blocked);
        Assert.Equal(1, blocked.Run("CLIENT", "KILL", "ID", id).Integer);
        Assert.True(client.IsClosedByServer());
        blocked.AwaitNone();
        Assert.Equal(1, blocked.Run("RPUSH", Keys[1], "stays").Integer);
        Assert.Equal(1, blocked.Run("LLEN", Keys[1]).Integer);
    }

    [Theory, ClassData(typeof(Transports))]
    public void The_end_of_the_server_ends_the_wait(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        Block(client, blocked);
        Assert.Equal(0, server.Stop());
        Assert.True(client.IsClosedByServer());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Flushing_and_other_types_end_no_wait(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        Block(client, blocked);
        blocked.Run("SET", Keys[0], "string");
        blocked.Run("FLUSHALL");
        blocked.Run("SET", Keys[1], "string");
        blocked.Run("DEL", Keys[1]);
        Assert.Equal(1, blocked.Field("blocked_clients"));
        blocked.Run("RPUSH", Keys[1], "list");
        Assert.Equal("list", client.Read().Elements![1].Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_key_that_comes_under_another_name_or_from_another_database_serves(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        string[][][] ways =
        [
            [["RPUSH", "source", "x"], ["RENAME", "source", Keys[2]]],
            [["RPUSH", "source", "x"], ["COPY", "source", Keys[1]], ["DEL", "source"]],
            [["SELECT", "1"], ["RPUSH", Keys[0], "x"], ["MOVE", Keys[0], "0"], ["SELECT", "0"]],
            [["SELECT", "1"], ["RPUSH", Keys[1], "x"], ["SWAPDB", "0", "1"], ["SELECT", "0"]],
            [["RPUSH", "source", "x"], ["LMOVE", "source", Keys[2], "LEFT", "LEFT"]],
        ];
        foreach (string[][] way in ways)
        {
            Block(client, blocked);
            foreach (string[] step in way) Assert.False(blocked.Run(step).IsError);
            Assert.Equal("x", client.Read().Elements![1].Text);
            blocked.AwaitNone();
        }
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_wait_counts_as_one_call_when_it_is_over(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        blocked.Run("CONFIG", "SET", "slowlog-log-slower-than", "50000");
        Block(client, blocked);
        Assert.DoesNotContain("cmdstat_blpop", blocked.Run("INFO", "commandstats").Text);
        Assert.True(client.Run("PING") is { Type: '*', IsNull: true }); // 0.1 s are over
        Assert.Equal("PONG", client.Read().Text);
        Assert.Contains("cmdstat_blpop:calls=1,", blocked.Run("INFO", "commandstats").Text);
        Assert.Equal(0, blocked.Run("SLOWLOG", "LEN").Integer);

        void Block(RespClient waiting, BlockedClients seen)
        {
            waiting.Send(["BLPOP", .. Keys, "0.1"]);
            seen.Await(1);
        }
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_wait_that_wants_no_reply_gets_none(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        client.Send("CLIENT", "REPLY", "SKIP");
        Block(client, blocked);
        client.Send("PING");
        blocked.Run("RPUSH", Keys[1], "x");
        Assert.Equal("PONG", client.Read().Text);
        Assert.Equal(0, blocked.Run("LLEN", Keys[1]).Integer);
    }

    private static FastShardServer Start(string transport) =>
        FastShardServer.Start(transport, "--shards", $"{Shards}");

    private static void Block(RespClient client, BlockedClients blocked)
    {
        client.Send(["BLPOP", .. Keys, "0"]);
        blocked.Await(1);
    }
}
