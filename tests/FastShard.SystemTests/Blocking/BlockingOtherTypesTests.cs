using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Blocking;

/// <summary>Clients that wait for sorted sets and streams on several shards.</summary>
public sealed class BlockingOtherTypesTests
{
    private const int Shards = 3;

    private static readonly string[] Keys =
        [.. Enumerable.Range(0, Shards).Select(shard => Slots.KeyOn(shard, Shards))];

    [Theory, ClassData(typeof(Transports))]
    public void A_client_waits_for_sorted_sets_of_all_shards(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        foreach (string key in Keys)
        {
            client.Send(["BZPOPMIN", .. Keys, "0"]);
            blocked.Await(1);
            blocked.Run("RPUSH", "list", "no set");
            Assert.Equal(2, blocked.Run("ZADD", key, "2", "b", "1", "a").Integer);
            Assert.Equal($"*[${key}, $a, $1]", client.Read().ToString());
            Assert.Equal($"*[${key}, $b, $2]", client.Run(["BZPOPMAX", .. Keys, "0"]).ToString());

            client.Send(["BZMPOP", "0", $"{Shards}", .. Keys, "MAX", "COUNT", "2"]);
            blocked.Await(1);
            Assert.Equal(3, blocked.Run("ZADD", key, "1", "a", "2", "b", "3", "c").Integer);
            Assert.Equal($"*[${key}, *[*[$c, $3], *[$b, $2]]]", client.Read().ToString());
            Assert.Equal(1, blocked.Run("DEL", key).Integer);
            blocked.AwaitNone();
        }
    }

    [Theory, ClassData(typeof(Transports))]
    public void Every_reader_gets_what_is_added_after_it_came(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        RespClient[] readers = [.. Enumerable.Range(0, 4).Select(_ => server.Connect())];
        foreach (string key in Keys) Assert.Equal("1-1", blocked.Run("XADD", key, "1-1", "f", "old").Text);
        foreach (RespClient reader in readers)
            reader.Send(["XREAD", "BLOCK", "0", "STREAMS", .. Keys, .. Keys.Select(_ => "$")]);
        blocked.Await(readers.Length);
        Assert.Equal("2-1", blocked.Run("XADD", Keys[1], "2-1", "f", "new").Text);
        foreach (RespClient reader in readers)
            Assert.Equal($"*[*[${Keys[1]}, *[*[$2-1, *[$f, $new]]]]]", reader.Read().ToString());

        readers[0].Send("XREAD", "BLOCK", "0", "STREAMS", Keys[0], "7-7");
        blocked.Await(1);
        blocked.Run("XADD", Keys[0], "7-7", "f", "too early");
        Assert.Equal(1, blocked.Field("blocked_clients"));
        blocked.Run("XADD", Keys[0], "7-8", "f", "next");
        Assert.Contains("$7-8", readers[0].Read().ToString());
        Assert.True(readers[0].Run("XREAD", "BLOCK", "10", "STREAMS", Keys[0], "$").IsNull);
        blocked.AwaitNone();
        foreach (RespClient reader in readers) reader.Dispose();
    }

    [Theory, ClassData(typeof(Transports))]
    public void An_entry_goes_to_the_consumer_that_came_first(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        RespClient[] consumers = [.. Enumerable.Range(0, 4).Select(_ => server.Connect())];
        foreach (string key in Keys) blocked.Run("XGROUP", "CREATE", key, "g", "$", "MKSTREAM");
        for (int index = 0; index < consumers.Length; index++)
        {
            consumers[index].Send(
                ["XREADGROUP", "GROUP", "g", $"c{index}", "BLOCK", "0", "STREAMS", .. Keys, .. Keys.Select(_ => ">")]);
            blocked.Await(index + 1);
        }

        for (int index = 0; index < consumers.Length; index++)
        {
            string key = Keys[index % Shards];
            blocked.Run("XADD", key, $"{index + 1}-0", "f", "v");
            Assert.Equal($"*[*[${key}, *[*[${index + 1}-0, *[$f, $v]]]]]", consumers[index].Read().ToString());
            Assert.Equal(consumers.Length - index - 1, blocked.Field("blocked_clients"));
        }

        foreach (RespClient consumer in consumers) consumer.Dispose();
    }

    [Theory, ClassData(typeof(Transports))]
    public void The_end_of_a_group_ends_the_wait_with_its_error(string transport)
    {
        using FastShardServer server = Start(transport);
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        string key = Keys[2];
        (string[] End, string Error)[] ends =
        [
            (["DEL", key], "NOGROUP"),
            (["XGROUP", "DESTROY", key, "g"], "NOGROUP"),
            (["SET", key, "string"], "WRONGTYPE"),
            (["FLUSHALL"], "NOGROUP"),
            (["RENAME", key, "another"], "NOGROUP"),
        ];
        foreach ((string[] end, string error) in ends)
        {
            blocked.Run("DEL", key);
            Assert.Equal("OK", blocked.Run("XGROUP", "CREATE", key, "g", "$", "MKSTREAM").Text);
            client.Send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", key, ">");
            blocked.Await(1);
            Assert.False(blocked.Run(end).IsError);
            Assert.StartsWith(error, client.Read().Text!);
            blocked.AwaitNone();
        }

        blocked.Run("DEL", key);
        blocked.Run("XGROUP", "CREATE", key, "g", "$", "MKSTREAM");
        blocked.Run("PEXPIRE", key, "100");
        client.Send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", key, ">");
        Assert.StartsWith("NOGROUP", client.Read().Text!); // it expires, and nobody has to look
    }

    private static FastShardServer Start(string transport) =>
        FastShardServer.Start(transport, "--shards", $"{Shards}");
}
