using System.Net.Sockets;
using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Replication;
using Xunit;

namespace FastShard.SystemTests.Spreading;

/// <summary>Counters that all shards count on: no increment is lost, and no number comes twice.</summary>
public sealed class SpreadCounterTests : IDisposable
{
    private const int Clients = 12;
    private const int Rounds = 300;
    private const int Pipeline = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("fs-spread-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Transports.Epoll, 2)]
    [InlineData(Transports.Epoll, 5)]
    [InlineData(Transports.Pipelines, 2)]
    public void Replies_are_all_numbers_once_while_the_key_spreads_and_collapses(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}", "--save", "");
        using RespClient client = server.Connect();
        client.Run("SET", "hits", "0");
        Assert.Equal("OK", client.Run("SPREAD", "hits", "64").Text);
        var crowd = new Crowd(server, ["INCR", "hits"], Clients, Rounds);
        crowd.Run(round =>
        {
            switch (round % 8)
            {
                case 0: client.Run("SPREAD", "hits", "2"); break;
                case 1: Assert.False(client.Run("GET", "hits").IsNull); break;
                case 2: Assert.Equal(1, client.Run("DBSIZE").Integer); break;
                case 3: client.Run("EXPIRE", "hits", "1000"); break;
                case 4: client.Run("SPREAD", "hits", "64"); break;
                case 5: Assert.Equal("hits", Assert.Single(client.Run("KEYS", "*").Elements!).Text); break;
                case 6: client.Run("OBJECT", "ENCODING", "hits"); break;
                default: client.Run("UNSPREAD", "hits"); break;
            }
        });
        Assert.Equal(Enumerable.Range(1, Total).Select(static number => (long)number), crowd.Replies.Order());
        Assert.Equal($"{Total}", client.Run("GET", "hits").Text);
    }

    [Fact]
    public void Every_shard_counts_by_itself()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "4");
        using RespClient client = server.Connect();
        client.Run("SET", "hits", "0");
        client.Run("SPREAD", "hits", "64");
        var crowd = new Crowd(server, ["INCR", "hits"], clients: 16, Rounds);
        crowd.Run(static _ => Thread.Yield());
        RespValue info = client.Run("SPREAD", "INFO", "hits");
        IReadOnlyList<RespValue> shards = info.Elements![^1].Elements!;
        long[] operations = [.. shards.Select(static shard => shard.Elements![5].Integer)];
        Assert.Equal(16 * Rounds * Pipeline, operations.Sum());
        // What a connection sends is done by its own shard, all of it.
        Assert.All(operations, static count => Assert.Equal(0, count % (Rounds * Pipeline)));
        Assert.True(operations.Count(static count => count > 0) > 1);
    }

    [Fact]
    public void A_deadline_ends_one_life_and_the_next_begins_at_one()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "3");
        using RespClient client = server.Connect();
        var crowd = new Crowd(server, ["INCR", "hits"], Clients, Rounds);
        crowd.Run(round =>
        {
            client.Run("SPREAD", "hits", "64");
            if (round % 3 == 0) client.Run("PEXPIRE", "hits", $"{60 + (round % 20)}");
        });
        // Each life gives out 1 to its end: no number can have come more often than the one before it.
        Dictionary<long, int> counts = [];
        foreach (long reply in crowd.Replies) counts[reply] = counts.GetValueOrDefault(reply) + 1;
        for (long number = 2; number <= counts.Keys.Max(); number++)
            Assert.True(counts.GetValueOrDefault(number) <= counts.GetValueOrDefault(number - 1), $"{number}");
        Assert.Equal(Total, counts.Values.Sum());
    }

    [Fact]
    public void Transactions_and_watches_see_one_key()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        using RespClient other = server.Connect();
        client.Run("SET", "hits", "0");
        client.Run("SPREAD", "hits", "2");
        client.Run("INCR", "hits");
        client.Run("WATCH", "hits");
        other.Run("INCR", "hits");
        client.Run("MULTI");
        client.Run("INCR", "hits");
        Assert.True(client.Run("EXEC").IsNull);
        client.Run("SPREAD", "hits", "2");
        client.Run("MULTI");
        client.Run("INCR", "hits");
        client.Run("GET", "hits");
        client.Run("INCRBY", "hits", "5");
        Assert.Equal("*[:3, $3, :8]", client.Run("EXEC").ToString());
        Assert.Equal("8", other.Run("GET", "hits").Text);
    }

    [Fact]
    public void Numbers_at_their_end_are_refused()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        client.Run("SET", "hits", $"{long.MaxValue - 1}");
        Assert.Equal("OK", client.Run("SPREAD", "hits", "2").Text);
        Assert.Equal(long.MaxValue, client.Run("INCR", "hits").Integer);
        Assert.Equal("-ERR increment or decrement would overflow", client.Run("INCR", "hits").ToString());
        Assert.Equal("-ERR value is not an integer or out of range", client.Run("INCRBY", "hits", "x").ToString());
        Assert.Equal(
            "-ERR decrement would overflow", client.Run("DECRBY", "hits", $"{long.MinValue}").ToString());
        Assert.Equal($"{long.MaxValue}", client.Run("GET", "hits").Text);
    }

    [Fact]
    public void It_is_one_key_for_whoever_looks()
    {
        using FastShardServer server = FastShardServer.Start(
            Transports.Epoll, "--shards", "2", "--notify-keyspace-events", "KEA");
        using RespClient client = server.Connect();
        using RespClient listener = server.Connect();
        listener.Run("PSUBSCRIBE", "__keyspace@0__:*");
        client.Run("SET", "hits", "41");
        client.Run("SPREAD", "hits", "2", "KEEP");
        Assert.Equal(42, client.Run("INCR", "hits").Integer);
        Assert.Equal("string", client.Run("TYPE", "hits").Text);
        Assert.Equal(1, client.Run("EXISTS", "hits").Integer);
        Assert.Equal(-1, client.Run("TTL", "hits").Integer);
        Assert.Equal("hits", client.Run("RANDOMKEY").Text);
        Assert.Equal("*[$0, *[$hits]]", client.Run("SCAN", "0").ToString());
        Assert.Contains("keys=1", client.Run("INFO", "keyspace").Text);
        Assert.Equal(1, client.Run("COPY", "hits", "copy").Integer);
        Assert.Equal("OK", client.Run("RENAME", "hits", "visits").Text);
        Assert.Equal("*[$42, $42, (null)]", client.Run("MGET", "copy", "visits", "hits").ToString());
        client.Run("SPREAD", "visits", "2");
        client.Run("INCR", "visits");
        Assert.Equal(1, client.Run("UNLINK", "visits").Integer);
        Assert.Equal(1, client.Run("INCR", "visits").Integer);
        Assert.Equal("OK", client.Run("FLUSHALL").Text);
        Assert.Equal(0, client.Run("DBSIZE").Integer);
        server.Until(() => client.Run("SPREAD", "LIST").Elements!.Count == 0, "keys that are gone are forgotten");
        List<string> events = [];
        while (events.Count < 8) events.Add(Event(listener.Read()));
        Assert.Equal(
            [
                "copy copy_to", "hits incrby", "hits rename_from", "hits set", "visits del", "visits incrby",
                "visits incrby", "visits rename_to",
            ],
            events.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void It_outlives_a_restart_and_reaches_replicas()
    {
        string[] options = ["--shards", "2", "--appendonly", "yes", "--repl-diskless-sync-delay", "0"];
        using (FastShardServer server = FastShardServer.StartIn(_folder, null, options))
        using (RedisServer redis = RedisServer.Start(_folder, "--replicaof", $"127.0.0.1 {server.Port}"))
        using (RespClient client = server.Connect())
        {
            server.Until(redis.Answers, "redis-server answers");
            using RespClient replica = redis.Connect();
            client.Run("SET", "hits", "0");
            client.Run("SPREAD", "hits", "2");
            var crowd = new Crowd(server, ["INCR", "hits"], Clients, Rounds);
            crowd.Run(round =>
            {
                if (round % 20 == 0) client.Run("BGREWRITEAOF");
                client.Run("SPREAD", "hits", "2");
            });
            // Offsets tell how far the log is, which may have more to write than it has looked at.
            server.Until(() => replica.Run("GET", "hits").Text == $"{Total}", "the replica has counted all");
            server.Stop();
        }
        using FastShardServer again = FastShardServer.StartIn(_folder, null, options);
        using RespClient reader = again.Connect();
        Assert.Equal($"{Total}", reader.Run("GET", "hits").Text);
    }

    [Fact]
    public void Killed_it_has_all_that_was_acknowledged_and_no_number_comes_again()
    {
        string[] options = ["--shards", "2", "--appendonly", "yes", "--appendfsync", "always"];
        long[] acknowledged = new long[Clients];
        long greatest = 0;
        using (FastShardServer server = FastShardServer.StartIn(_folder, null, options))
        {
            using RespClient client = server.Connect();
            client.Run("SET", "hits", "0");
            // Spread while replies do not wait for the disk, and what they have to do when they do.
            client.Run("CONFIG", "SET", "appendfsync", "everysec");
            client.Run("SPREAD", "hits", "2", "KEEP");
            client.Run("CONFIG", "SET", "appendfsync", "always");
            Thread[] threads = [.. Enumerable.Range(0, Clients).Select(index => new Thread(() =>
            {
                try
                {
                    using RespClient connection = server.Connect();
                    while (true)
                    {
                        long reply = connection.Run("INCR", "hits").Integer;
                        Volatile.Write(ref acknowledged[index], acknowledged[index] + 1);
                        lock (acknowledged) greatest = Math.Max(greatest, reply);
                    }
                }
                catch (Exception failure) when (failure is IOException or SocketException)
                {
                    // The server is gone.
                }
            }))];
            foreach (Thread thread in threads) thread.Start();
            server.Until(() => acknowledged.Sum() > 1500, "the load goes on");
            server.Signal("KILL");
            server.WaitForExit();
            foreach (Thread thread in threads) thread.Join();
        }
        using FastShardServer again = FastShardServer.StartIn(_folder, null, options);
        using RespClient reader = again.Connect();
        long value = reader.Run("GET", "hits").Integer;
        Assert.InRange(value, acknowledged.Sum(), acknowledged.Sum() + Clients);
        Assert.True(value >= greatest, $"{greatest} was answered, and {value} is what there is");
    }

    [Fact]
    public void A_snapshot_has_it_whole()
    {
        using (FastShardServer server = FastShardServer.StartIn(_folder, null, "--shards", "2"))
        using (RespClient client = server.Connect())
        {
            client.Run("SET", "hits", "1", "EX", "1000");
            client.Run("SPREAD", "hits", "2");
            for (int round = 0; round < 10; round++) client.Run("INCR", "hits");
            Assert.Equal("OK", client.Run("SAVE").Text);
            client.Run("INCR", "hits");
            server.Signal("KILL");
            server.WaitForExit();
        }
        using FastShardServer again = FastShardServer.StartIn(_folder, null, "--shards", "2");
        using RespClient reader = again.Connect();
        Assert.Equal("11", reader.Run("GET", "hits").Text);
        Assert.InRange(reader.Run("TTL", "hits").Integer, 900, 1000);
    }

    private static int Total => Clients * Rounds * Pipeline;

    private static string Event(RespValue push) =>
        push.Elements![2].Text!["__keyspace@0__:".Length..] + " " + push.Elements[3].Text;
}
