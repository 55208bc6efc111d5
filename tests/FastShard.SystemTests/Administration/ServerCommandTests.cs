using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Administration;

public sealed class ServerCommandTests
{
    private static string Field(RespClient client, string section, string name) => client.Run("INFO", section).Text!
        .Split("\r\n").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal))[(name.Length + 1)..];

    [Theory, ClassData(typeof(Transports))]
    public void Info_counts_what_happened(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient client = server.Connect();
        client.Run("CONFIG", "RESETSTAT");
        for (int key = 0; key < 20; key++) client.Run("SET", $"key{key}", "value");
        client.Run("GET", "key0");
        client.Run("GET", "nothing");
        client.Run("INCR", "key0");
        client.Run("GET");
        Assert.Contains("calls=20,", Field(client, "commandstats", "cmdstat_set"));
        Assert.EndsWith("rejected_calls=1,failed_calls=0", Field(client, "commandstats", "cmdstat_get"));
        Assert.EndsWith("rejected_calls=0,failed_calls=1", Field(client, "commandstats", "cmdstat_incr"));
        Assert.Equal("count=2", Field(client, "errorstats", "errorstat_ERR"));
        Assert.Equal("1", Field(client, "stats", "keyspace_hits"));
        Assert.Equal("1", Field(client, "stats", "keyspace_misses"));
        Assert.StartsWith("p50=", Field(client, "latencystats", "latency_percentiles_usec_set"));
        Assert.StartsWith("keys=20,expires=0", Field(client, "keyspace", "db0"));
        Assert.Equal($"{server.ProcessId}", Field(client, "server", "process_id"));
        Assert.Contains("keys=", Field(client, "shards", "shard1"));
        Assert.True(long.Parse(Field(client, "memory", "used_memory")) > 0);
    }

    [Fact]
    public void Info_counts_what_is_freed_in_the_background()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        string[] members = [.. Enumerable.Range(0, 2_000).Select(member => $"member{member}")];
        foreach (string key in (string[])["a", "b", "c"]) client.Run(["SADD", key, .. members]);
        client.Run("SADD", "small", "member");
        client.Run("UNLINK", "a", "b", "small");
        server.Until(() => Field(client, "memory", "lazyfreed_objects") == "2", "two large sets are freed");
        client.Run("FLUSHALL", "ASYNC");
        // The key of the flushed database, and what was large of it.
        server.Until(() => Field(client, "memory", "lazyfree_pending_objects") == "0", "the rest is freed");
        Assert.True(long.Parse(Field(client, "memory", "lazyfreed_objects")) > 2);
        client.Run("CONFIG", "RESETSTAT");
        Assert.Equal("0", Field(client, "memory", "lazyfreed_objects"));
    }

    [Fact]
    public void Odd_requests_get_the_replies_that_clients_know()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll);
        using RespClient client = server.Connect();
        (string Request, string Reply)[] conversation =
        [
            ("COMMAND nothing", "-ERR unknown subcommand 'nothing'. Try COMMAND HELP."),
            ("COMMAND INFO nothing", "*[(null)]"),
            ("CLIENT LIST ID 0", "$"),
            ("CLIENT LIST ID none", "-ERR Invalid client ID"),
            ("CLIENT KILL ID 0", "-ERR client-id should be greater than 0"),
            ("SLOWLOG GET 1 2",
                "-ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG HELP."),
            ("no\0thing no\0thing", "-ERR unknown command 'no', with args beginning with: 'no' "),
            ("CLIENT no\0thing", "-ERR unknown subcommand 'no'. Try CLIENT HELP."),
        ];
        foreach ((string request, string reply) in conversation)
            Assert.Equal($"{request}: {reply}", $"{request}: {client.Run(request.Split(' '))}");
    }

    [Theory, ClassData(typeof(Transports))]
    public void Statistics_can_be_reset_again_and_again(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient client = server.Connect();
        for (int round = 0; round < 40; round++)
        {
            Assert.Equal("OK", client.Run("CONFIG", "RESETSTAT").Text);
            Assert.Equal("0", client.Run("LATENCY", "RESET").Text);
        }
        Assert.Equal("PONG", client.Run("PING").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_changed_port_is_listened_on_and_a_used_one_is_refused(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using FastShardServer other = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        Assert.Contains(
            "Unable to listen on this port",
            client.Run("CONFIG", "SET", "maxmemory", "123456789", "port", $"{other.Port}").Text);
        Assert.Equal("0", client.Run("CONFIG", "GET", "maxmemory").Elements![1].Text);
        Assert.Equal($"{server.Port}", client.Run("CONFIG", "GET", "port").Elements![1].Text);

        int port = Ports.Free();
        Assert.Equal("OK", client.Run("CONFIG", "SET", "port", $"{port}").Text);
        using RespClient moved = RespClient.Connect(port);
        Assert.Equal("PONG", moved.Run("PING").Text);
        Assert.Equal("PONG", client.Run("PING").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Shutdown_ends_the_process(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        Assert.Equal("ERR No shutdown in progress.", client.Run("SHUTDOWN", "ABORT").Text);
        Assert.Equal("ERR syntax error", client.Run("SHUTDOWN", "SAVE", "NOSAVE").Text);
        client.Send("SHUTDOWN", "NOSAVE");
        Assert.Equal(0, server.WaitForExit());
        Assert.True(client.IsClosedByServer());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Debug_is_closed_unless_opened(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        Assert.StartsWith("ERR DEBUG command not allowed.", client.Run("DEBUG", "SLEEP", "0").Text);
    }

    // The signatures are those of redis-server for the same keys.
    [Theory, ClassData(typeof(Transports))]
    public void Digests_are_those_of_redis(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--enable-debug-command", "local");
        using RespClient client = server.Connect();
        Assert.Equal(new string('0', 40), client.Run("DEBUG", "DIGEST").Text);
        client.Run("SET", "a", "b");
        Assert.Equal("479783d7290f02957dfbe3408a858ba13eea1709", client.Run("DEBUG", "DIGEST").Text);
        Assert.Equal(
            "*[+b78559cd22bce6e6df712eb99ce7f3b08e8f8f1f]", client.Run("DEBUG", "DIGEST-VALUE", "a").ToString());
    }
}
