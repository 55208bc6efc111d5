using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Replication;
using Xunit;

namespace FastShard.SystemTests.Spreading;

/// <summary>
/// Strings that every shard answers from a copy: never an older value than one that was acknowledged.
/// </summary>
public sealed class ReadCopyTests
{
    private const int Readers = 8;
    private const int Writes = 40;

    private static readonly string[] Pages = ["a", "b", "c"];

    [Theory, ClassData(typeof(Transports))]
    public void A_read_never_shows_less_than_what_was_acknowledged_before_it(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "3");
        using RespClient writer = server.Connect();
        writer.Run("SET", "page", "0");
        long acknowledged = 0;
        long seen = 0;
        bool isOver = false;
        List<string> faults = [];
        Thread[] readers = [.. Enumerable.Range(0, Readers).Select(_ => new Thread(() =>
        {
            using RespClient reader = server.Connect();
            long last = 0;
            while (!Volatile.Read(ref isOver))
            {
                long least = Volatile.Read(ref acknowledged);
                long value = reader.Run("GET", "page").Integer;
                Interlocked.Increment(ref seen);
                if (value >= least && value >= last)
                {
                    last = value;
                    continue;
                }
                lock (faults) faults.Add($"{value} after {least} and {last}");
            }
        }))];
        foreach (Thread reader in readers) reader.Start();
        for (int number = 1; number <= Writes; number++)
        {
            Assert.Equal("OK", writer.Run("SPREAD", "page", "64", "COPY").Text);
            long before = Operations(writer);
            server.Until(() => Operations(writer) > before, "somebody reads a copy");
            Assert.Equal("OK", Write(writer, number).Text);
            Volatile.Write(ref acknowledged, number);
        }
        Volatile.Write(ref isOver, true);
        foreach (Thread reader in readers) reader.Join();
        Assert.Empty(faults);
        Assert.True(Volatile.Read(ref seen) > 0);
    }

    [Fact]
    public void What_is_read_often_is_copied_and_forgotten_when_it_is_not()
    {
        using FastShardServer server = FastShardServer.Start(
            Transports.Epoll, "--shards", "2", "--read-copies-threshold", "500");
        using RespClient client = server.Connect();
        client.Run("SET", "page", new string('x', 10_000));
        server.Until(
            () =>
            {
                for (int round = 0; round < 100; round++) client.Run("GET", "page");
                return Pair.Field(client, "read_copies") == "1";
            },
            "the key is copied");
        Assert.Equal("10000", Pair.Field(client, "read_copies_bytes"));
        Assert.Equal(10_000, client.Run("STRLEN", "page").Integer);
        server.Until(() => Pair.Field(client, "read_copies") == "0", "the key has cooled");
        Assert.Equal("0", Pair.Field(client, "read_copies_bytes"));
    }

    [Fact]
    public void Copies_take_no_more_memory_than_they_may()
    {
        using FastShardServer server = FastShardServer.Start(
            Transports.Epoll, "--shards", "2", "--read-copies-threshold", "300", "--read-copies-max-memory", "15000");
        using RespClient client = server.Connect();
        client.Run("MSET", "a", new string('x', 10_000), "b", new string('y', 10_000), "c", "z");
        server.Until(
            () =>
            {
                for (int round = 0; round < 100; round++)
                {
                    foreach (string key in Pages) client.Run("GET", key);
                }
                return Pair.Field(client, "read_copies") == "2";
            },
            "what fits is copied");
        Assert.Equal("10001", Pair.Field(client, "read_copies_bytes"));
        Assert.Equal(new string('x', 10_000), client.Run("GET", "a").Text);
        Assert.Equal(new string('y', 10_000), client.Run("GET", "b").Text);
    }

    [Fact]
    public void Whatever_ends_or_replaces_the_key_ends_the_copy()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        string[][] changes =
        [
            ["DEL", "page"], ["SET", "page", "new"], ["APPEND", "page", "+"], ["RENAME", "page", "elsewhere"],
            ["RENAME", "other", "page"], ["FLUSHALL"], ["MSET", "page", "1", "x", "2"], ["GETDEL", "page"],
            ["PEXPIRE", "page", "0"], ["SETRANGE", "page", "0", "Z"], ["COPY", "other", "page", "REPLACE"],
            ["BITOP", "NOT", "page", "other"], ["SORT", "list", "STORE", "page"], ["SWAPDB", "0", "1"],
        ];
        string expected = "";
        foreach (string[] change in changes)
        {
            foreach (bool isSpread in new[] { false, true })
            {
                client.Run("FLUSHALL");
                client.Run("MSET", "page", "value", "other", "else");
                client.Run("RPUSH", "list", "1");
                if (isSpread) Assert.Equal("OK", client.Run("SPREAD", "page", "2", "COPY").Text);
                Assert.Equal("value", client.Run("GET", "page").Text);
                Assert.False(client.Run(change).IsError, change[0]);
                string after = client.Run("GET", "page") + " " + client.Run("TYPE", "page");
                if (!isSpread) expected = after;
                else Assert.Equal(expected, after);
            }
        }
    }

    private static RespValue Write(RespClient writer, int number)
    {
        switch (number % 4)
        {
            case 0: return writer.Run("SET", "page", $"{number}");
            case 1: return writer.Run("MSET", "page", $"{number}", "other", "x");
            case 2:
                writer.Run("MULTI");
                writer.Run("SET", "page", $"{number}");
                return writer.Run("EXEC").Elements![0];
            default:
                writer.Run("SET", "fresh", $"{number}");
                return writer.Run("RENAME", "fresh", "page");
        }
    }

    private static long Operations(RespClient client) =>
        long.Parse(Pair.Field(client, "read_copies_operations")!);
}
