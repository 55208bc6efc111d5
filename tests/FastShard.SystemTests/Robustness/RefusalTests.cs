using System.Net.Sockets;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Robustness;

/// <summary>
/// Each limit says its own error, and the server goes on for everybody, mostly also for who met the limit.
/// </summary>
public sealed class RefusalTests
{
    private const int Megabyte = 1024 * 1024;

    [Theory, ClassData(typeof(Transports))]
    public void Full_memory_refuses_what_grows_and_serves_the_rest(string transport)
    {
        const string Oom = "OOM command not allowed when used memory > 'maxmemory'.";
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2", "--maxmemory", "8mb");
        using RespClient client = server.Connect();
        string value = new('x', 10_000);
        int stored = 0;
        while (client.Run("SET", $"k{stored}", value).Text == "OK") stored++;
        Assert.InRange(stored, 1, 8 * Megabyte / value.Length);
        foreach (string[] growing in (string[][])
            [["SET", "a", "v"], ["LPUSH", "a", "v"], ["HSET", "a", "f", "v"], ["ZADD", "a", "1", "m"], ["INCR", "n"]])
            Assert.Equal(Oom, client.Run(growing).Text);
        client.Run("MULTI");
        Assert.Equal(Oom, client.Run("SET", "a", "v").Text);
        Assert.StartsWith("EXECABORT ", client.Run("EXEC").Text);
        Assert.Equal(value, client.Run("GET", "k0").Text);
        Assert.Equal(stored, client.Run("DBSIZE").Integer);
        Assert.Equal(2, client.Run("DEL", "k0", "k1").Integer);
        Assert.Equal("OK", client.Run("SET", "a", "v").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_transaction_that_has_begun_is_not_broken_off_when_memory_becomes_full(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient client = server.Connect();
        client.Run("MULTI");
        client.Run("INCR", "x");
        client.Run("CONFIG", "SET", "maxmemory", "1");
        client.Run("INCR", "x");
        Assert.Equal("*[:1, +OK, :2]", client.Run("EXEC").ToString());
        Assert.StartsWith("OOM ", client.Run("INCR", "x").Text);
        Assert.Equal("2", client.Run("GET", "x").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Values_may_be_as_long_as_told(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--proto-max-bulk-len", $"{Megabyte}");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Run("SET", "k", new string('x', Megabyte)).Text);
        foreach (string[] request in (string[][])
            [["APPEND", "k", "x"], ["SETRANGE", "k", $"{Megabyte}", "x"]])
            Assert.Equal("ERR string exceeds maximum allowed size (proto-max-bulk-len)", client.Run(request).Text);
        Assert.Equal(
            "ERR bit offset is not an integer or out of range", client.Run("SETBIT", "k", $"{8 * Megabyte}", "1").Text);
        Assert.Equal(Megabyte, client.Run("STRLEN", "k").Integer);
        client.SendRaw($"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${Megabyte + 1}\r\n");
        Assert.Equal("ERR Protocol error: invalid bulk length", client.Read().Text);
        Assert.True(client.IsClosedByServer());
        using RespClient witness = server.Connect();
        Assert.Equal(Megabyte, witness.Run("STRLEN", "k").Integer);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Unfinished_requests_may_be_as_long_as_told(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--client-query-buffer-limit", $"{Megabyte}");
        using RespClient witness = server.Connect();
        using RespClient client = server.Connect();
        byte[] argument = [.. "$10000\r\n"u8, .. Enumerable.Repeat((byte)'x', 10_000), .. "\r\n"u8];
        client.SendRaw("*1000\r\n");
        Assert.True(IsCut(client, argument), "it is still there");
        Assert.Equal("PONG", witness.Run("PING").Text);
        Assert.Contains("client_query_buffer_limit_disconnections:1\r\n", witness.Run("INFO", "stats").Text!);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Strangers_may_ask_little(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--requirepass", "secret");
        foreach ((string bytes, string error) in (ReadOnlySpan<(string, string)>)
            [
                ("*11\r\n", "ERR Protocol error: unauthenticated multibulk length"),
                ("*2\r\n$4\r\nAUTH\r\n$16385\r\n", "ERR Protocol error: unauthenticated bulk length"),
            ])
        {
            using RespClient stranger = server.Connect();
            stranger.SendRaw(bytes);
            Assert.Equal(error, stranger.Read().Text);
            Assert.True(stranger.IsClosedByServer());
        }
        using RespClient friend = server.Connect();
        Assert.Equal("NOAUTH Authentication required.", friend.Run("GET", "k").Text);
        Assert.Equal("OK", friend.Run("AUTH", "secret").Text);
        Assert.Equal("OK", friend.Run(["MSET", .. Enumerable.Range(0, 40).Select(static word => $"{word}")]).Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_web_page_cannot_send_commands(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient witness = server.Connect();
        foreach (string head in (string[])
            ["POST / HTTP/1.1\r\n", "GET k\r\nHost: 127.0.0.1\r\n", "*1\r\n$4\r\npost\r\n"])
        {
            using RespClient page = server.Connect();
            page.SendRaw(head + "\r\nSET k stolen\r\n");
            Assert.True(page.IsClosedByServer());
        }
        Assert.True(witness.Run("GET", "k").IsNull);
        server.Until(() => server.Log.Contains("speaks HTTP", StringComparison.Ordinal), "the log tells of it");
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_client_may_watch_and_wait_for_a_great_many_keys(string transport)
    {
        string[] keys = [.. Enumerable.Range(0, 200_000).Select(static number => $"k{number}")];
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "3");
        using RespClient client = server.Connect();
        using RespClient other = server.Connect();
        Assert.Equal("OK", client.Run(["WATCH", .. keys]).Text);
        Assert.Equal("OK", client.Run(["WATCH", .. keys]).Text);
        Assert.Equal("OK", other.Run("SET", keys[123], "v").Text);
        client.Run("MULTI");
        Assert.True(client.Run("EXEC").IsNull);
        client.Send(["BLPOP", .. keys[1000..], "0"]);
        server.Until(() => other.Run("INFO", "clients").Text!.Contains("blocked_clients:1\r"), "it waits");
        Assert.Equal(1, other.Run("RPUSH", keys[1234], "x").Integer);
        Assert.Equal(keys[1234], client.Read().Elements![0].Text);
        Assert.Equal("PONG", client.Run("PING").Text);
    }

    private static bool IsCut(RespClient client, byte[] argument)
    {
        try
        {
            // Far more than what is allowed, should nobody stop it.
            for (int number = 0; number < 900; number++) client.SendRaw(argument);
        }
        catch (SocketException)
        {
            return true;
        }
        return client.IsClosedByServer();
    }
}
