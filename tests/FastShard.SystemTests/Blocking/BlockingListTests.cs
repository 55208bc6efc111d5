using System.Diagnostics;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Blocking;

/// <summary>Clients that wait for lists: who is served, with what, and when.</summary>
[Collection(SequentialGroup.Name)]
public sealed class BlockingListTests
{
    public static TheoryData<string, int> Shapes => new()
    {
        { Transports.Epoll, 1 },
        { Transports.Epoll, 2 },
        { Transports.Epoll, 4 },
        { Transports.Pipelines, 2 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void First_come_is_first_served(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        RespClient[] clients = [.. Enumerable.Range(0, 9).Select(_ => server.Connect())];
        for (int index = 0; index < clients.Length; index++)
        {
            clients[index].Send(index % 2 == 0 ? ["BLPOP", "k", "0"] : ["BRPOP", "other", "k", "0"]);
            blocked.Await(index + 1);
        }

        foreach (int value in Enumerable.Range(0, clients.Length))
            Assert.Equal(1, blocked.Run("RPUSH", "k", $"{value}").Integer);
        for (int index = 0; index < clients.Length; index++)
            Assert.Equal($"*[$k, ${index}]", clients[index].Read().ToString());
        Assert.Equal(0, blocked.Run("EXISTS", "k").Integer);
        blocked.AwaitNone();
        foreach (RespClient client in clients) client.Dispose();
    }

    [Theory, MemberData(nameof(Shapes))]
    public void One_push_of_many_serves_many(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        RespClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => server.Connect())];
        for (int index = 0; index < clients.Length; index++)
        {
            clients[index].Send("BLPOP", "k", "0");
            blocked.Await(index + 1);
        }

        Assert.Equal(5, blocked.Run("RPUSH", "k", "a", "b", "c", "d", "e").Integer);
        Assert.Equal(["a", "b", "c"], clients.Select(client => client.Read().Elements![1].Text));
        Assert.Equal("*[$d, $e]", blocked.Run("LRANGE", "k", "0", "-1").ToString());
        foreach (RespClient client in clients) client.Dispose();
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_client_waits_for_keys_of_all_shards(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        string[] keys = [.. Enumerable.Range(0, shards).Select(shard => Slots.KeyOn(shard, shards))];
        for (int round = 0; round < 3 * shards; round++)
        {
            client.Send(["BLPOP", .. keys, "0"]);
            blocked.Await(1);
            Assert.Equal(shards, blocked.Field("total_blocking_keys"));
            string key = keys[round % shards];
            Assert.Equal(1, blocked.Run("RPUSH", key, $"{round}").Integer);
            Assert.Equal($"*[${key}, ${round}]", client.Read().ToString());
            blocked.AwaitNone();
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_move_waits_for_its_source_wherever_the_destination_is(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        for (int pair = 0; pair < shards * shards; pair++)
        {
            string source = Slots.KeyOn(pair / shards, shards, "source");
            string target = Slots.KeyOn(pair % shards, shards, "target");
            client.Send("BLMOVE", source, target, "RIGHT", "LEFT", "0");
            blocked.Await(1);
            Assert.Equal(1, blocked.Run("RPUSH", source, $"{pair}").Integer);
            Assert.Equal($"${pair}", client.Read().ToString());
            Assert.Equal(0, blocked.Run("LLEN", source).Integer);
            Assert.Equal($"${pair}", blocked.Run("LINDEX", target, "0").ToString());
            blocked.AwaitNone();
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Keys_are_served_in_the_order_in_which_they_became_ready(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient one = server.Connect();
        using RespClient two = server.Connect();
        for (int first = 0; first < shards; first++)
        {
            string low = Slots.KeyOn(first, shards, "low");
            string high = Slots.KeyOn(shards - 1 - first, shards, "high");
            one.Send("BLMOVE", low, "target", "LEFT", "RIGHT", "0");
            blocked.Await(1);
            two.Send("BLMOVE", high, "target", "LEFT", "RIGHT", "0");
            blocked.Await(2);
            // Who waits longer is of no account: it is another key.
            blocked.Run("MULTI");
            blocked.Run("RPUSH", high, "1");
            blocked.Run("RPUSH", low, "2");
            blocked.Run("EXEC");
            Assert.Equal("$2", one.Read().ToString());
            Assert.Equal("$1", two.Read().ToString());
            Assert.Equal("*[$1, $2]", blocked.Run("LRANGE", "target", "0", "-1").ToString());
            blocked.Run("DEL", "target");
            blocked.AwaitNone();
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void What_a_move_brings_is_there_before_who_waits_for_a_key_ready_later(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient mover = server.Connect();
        using RespClient taker = server.Connect();
        for (int pair = 0; pair < shards * shards; pair++)
        {
            string source = Slots.KeyOn(pair / shards, shards, "source");
            string target = Slots.KeyOn(pair % shards, shards, "target");
            taker.Send("BLPOP", target, "0");
            blocked.Await(1);
            mover.Send("BLMOVE", source, target, "LEFT", "LEFT", "0");
            blocked.Await(2);
            blocked.Run("MULTI");
            blocked.Run("RPUSH", source, "moved");
            blocked.Run("RPUSH", target, "pushed");
            blocked.Run("EXEC");
            Assert.Equal("$moved", mover.Read().ToString());
            Assert.Equal($"*[${target}, $moved]", taker.Read().ToString());
            Assert.Equal("*[$pushed]", blocked.Run("LRANGE", target, "0", "-1").ToString());
            blocked.Run("DEL", target);
            blocked.AwaitNone();
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_move_of_an_exact_number_waits_beside_a_list_that_is_too_short(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient exact = server.Connect();
        using RespClient modest = server.Connect();
        string source = Slots.KeyOn(0, shards, "source");
        string target = Slots.KeyOn(shards - 1, shards, "target");
        blocked.Run("RPUSH", source, "a");
        exact.Send("BLMOVEM", source, target, "LEFT", "RIGHT", "0", "EXACTLY", "3", "BULK");
        blocked.Await(1);
        Assert.Equal(2, blocked.Run("RPUSH", source, "b").Integer);
        Assert.Equal("*[$a]", modest.Run("BLMOVEM", source, target, "LEFT", "RIGHT", "0").ToString());
        modest.Send("BLMOVEM", source, target, "LEFT", "RIGHT", "0", "EXACTLY", "4", "BULK");
        blocked.Await(2);
        Assert.Equal(3, blocked.Run("RPUSH", source, "c", "d").Integer);
        Assert.Equal("*[$b, $c, $d]", exact.Read().ToString());
        blocked.Await(1);
        Assert.Equal(4, blocked.Run("RPUSH", source, "1", "2", "3", "4").Integer);
        Assert.Equal("*[$1, $2, $3, $4]", modest.Read().ToString());
        Assert.Equal("*[$a, $b, $c, $d, $1, $2, $3, $4]", blocked.Run("LRANGE", target, "0", "-1").ToString());
        blocked.AwaitNone();
    }

    [Theory, MemberData(nameof(Shapes))]
    public void What_is_served_may_serve_others(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        string[] keys =
            [.. Enumerable.Range(0, 6).Select(index => Slots.KeyOn(index % shards, shards, $"link{index}"))];
        RespClient[] links = [.. Enumerable.Range(0, keys.Length).Select(_ => server.Connect())];
        for (int index = 0; index < links.Length; index++)
        {
            if (index == links.Length - 1) links[index].Send("BLPOP", keys[index], "0");
            else links[index].Send("BLMOVE", keys[index], keys[index + 1], "LEFT", "RIGHT", "0");
        }

        blocked.Await(links.Length);
        Assert.Equal(1, blocked.Run("RPUSH", keys[0], "x").Integer);
        for (int index = 0; index < links.Length - 1; index++) Assert.Equal("$x", links[index].Read().ToString());
        Assert.Equal($"*[${keys[^1]}, $x]", links[^1].Read().ToString());
        Assert.Equal(0, blocked.Run(["EXISTS", .. keys]).Integer);
        blocked.AwaitNone();
        foreach (RespClient link in links) link.Dispose();
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_transaction_serves_when_it_is_over(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        using RespClient pusher = server.Connect();
        client.Send("BLPOP", "k", "0");
        blocked.Await(1);
        foreach (string[] request in (string[][])[["MULTI"], ["RPUSH", "k", "a"], ["DEL", "k"], ["EXEC"]])
            pusher.Run(request);
        Assert.Equal(1, blocked.Field("blocked_clients"));

        pusher.Run("MULTI");
        pusher.Run("RPUSH", "k", "a");
        pusher.Run("LPUSH", "k", "b");
        pusher.Run("LLEN", "k");
        Assert.Equal("*[:1, :2, :2]", pusher.Run("EXEC").ToString());
        Assert.Equal("*[$k, $b]", client.Read().ToString());
        Assert.Equal("*[$a]", blocked.Run("LRANGE", "k", "0", "-1").ToString());
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_transaction_over_all_shards_serves_first_come_first(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient pusher = server.Connect();
        string[] keys = [.. Enumerable.Range(0, shards).Select(shard => Slots.KeyOn(shard, shards))];
        RespClient[] clients = [.. Enumerable.Range(0, 3 * shards).Select(_ => server.Connect())];
        for (int index = 0; index < clients.Length; index++)
        {
            // Each waits for the keys of all shards, beginning with another one.
            clients[index].Send(["BLPOP", .. keys[(index % shards)..], .. keys[..(index % shards)], "0"]);
            blocked.Await(index + 1);
        }

        for (int round = 0; round < 3; round++)
        {
            pusher.Run("MULTI");
            foreach (string key in keys) pusher.Run("RPUSH", key, $"{round}");
            Assert.Equal(shards, pusher.Run("EXEC").Elements!.Count);
            HashSet<string> served = [];
            for (int index = round * shards; index < (round + 1) * shards; index++)
            {
                IReadOnlyList<RespValue> reply = clients[index].Read().Elements!;
                Assert.Equal($"{round}", reply[1].Text);
                Assert.True(served.Add(reply[0].Text!));
            }
            blocked.Await(clients.Length - ((round + 1) * shards));
        }
        foreach (RespClient client in clients) client.Dispose();
    }

    [Theory, MemberData(nameof(Shapes))]
    public void In_a_transaction_nobody_waits(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using RespClient client = server.Connect();
        client.Run("MULTI");
        client.Run("BLPOP", "k", "l", "m", "0");
        client.Run("BLMOVE", "k", "l", "LEFT", "LEFT", "0");
        client.Run("BLMPOP", "0", "2", "k", "l", "LEFT");
        Assert.Equal("*[(null), (null), (null)]", client.Run("EXEC").ToString());
    }

    [Theory, MemberData(nameof(Shapes))]
    public void What_is_sent_behind_a_wait_comes_after_it(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using RespClient client = server.Connect();
        string large = new('x', 40_000);
        client.SendRaw([
            .. RespClient.Encode("SET", "before", "1"), .. RespClient.Encode("BLPOP", "k", "0"),
            .. RespClient.Encode("SET", "after", large), .. RespClient.Encode("BLPOP", "k", "0"),
            .. RespClient.Encode("GET", "after")]);
        Assert.Equal("OK", client.Read().Text);
        blocked.Await(1);
        Assert.Equal(0, blocked.Run("EXISTS", "after").Integer);
        client.Send("PING");
        Assert.Equal(1, blocked.Run("RPUSH", "k", "first").Integer);
        Assert.Equal("first", client.Read().Elements![1].Text);
        Assert.Equal("OK", client.Read().Text);
        blocked.Await(1);
        Assert.Equal(1, blocked.Run("RPUSH", "k", "second").Integer);
        Assert.Equal("second", client.Read().Elements![1].Text);
        Assert.Equal(large, client.Read().Text);
        Assert.Equal("PONG", client.Read().Text);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_deadline_ends_the_wait_and_never_too_early(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        string[] keys = [.. Enumerable.Range(0, shards).Select(shard => Slots.KeyOn(shard, shards))];
        foreach (int millis in (int[])[1, 10, 55, 120])
        {
            using RespClient client = server.Connect();
            Stopwatch watch = Stopwatch.StartNew();
            RespValue reply = client.Run(["BLPOP", .. keys, $"0.{millis:000}"]);
            long elapsed = (long)watch.Elapsed.TotalMilliseconds;
            Assert.True(reply.IsNull && reply.Type == '*', $"{reply}");
            Assert.True(elapsed >= millis, $"{elapsed} ms of {millis}");
        }

        blocked.AwaitNone();
        Assert.Equal(1, blocked.Run("RPUSH", keys[0], "stays").Integer);
        Assert.Equal(1, blocked.Run("LLEN", keys[0]).Integer);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Deadlines_end_in_their_order(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        int[] millis = [300, 100, 200, 150, 250];
        RespClient[] clients = [.. millis.Select(_ => server.Connect())];
        for (int index = 0; index < millis.Length; index++) clients[index].Send("BLPOP", "k", $"0.{millis[index]}");
        foreach (int index in Enumerable.Range(0, millis.Length).OrderBy(index => millis[index]))
            Assert.True(clients[index].Read().IsNull);
        blocked.AwaitNone();
        foreach (RespClient client in clients) client.Dispose();
    }
}
