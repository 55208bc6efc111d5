using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.PubSub;

/// <summary>Messages for subscribers that do not read: they are memory like any other.</summary>
public sealed class PileUpTests
{
    private const int Subscribers = 8;
    private const int MessageBytes = 1_000_000;

    [Theory]
    [InlineData(Transports.Epoll, 1)]
    [InlineData(Transports.Epoll, 2)]
    [InlineData(Transports.Pipelines, 2)]
    public void The_largest_clients_go_when_there_is_a_limit_of_all(string transport, int shards)
    {
        using FastShardServer server = Shapes.Start(transport, shards, "--maxmemory-clients", "20mb");
        using RespClient publisher = server.Connect();
        publisher.Run("CLIENT", "NO-EVICT", "on");
        RespClient[] deaf = Subscribe(server);
        string message = new('x', MessageBytes);
        server.Until(
            () =>
            {
                publisher.Run("PUBLISH", "news", message);
                return Field(publisher, "stats", "evicted_clients") > 0;
            },
            "a subscriber is evicted");
        Assert.True(Field(publisher, "memory", "used_memory") < 60_000_000);
        foreach (RespClient client in deaf) client.Dispose();
    }

    // With timers that come once a second, which is far too late for messages of eight megabytes in all.
    [Theory]
    [InlineData(Transports.Epoll, 1)]
    [InlineData(Transports.Epoll, 2)]
    [InlineData(Transports.Pipelines, 2)]
    public void Keys_make_room_for_them_at_once(string transport, int shards)
    {
        using FastShardServer server = Shapes.Start(
            transport, shards, "--hz", "1", "--maxmemory", "60mb", "--maxmemory-policy", "allkeys-lru");
        using RespClient publisher = server.Connect();
        publisher.Run("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 0 0");
        for (int key = 0; key < 400; key++) publisher.Run("SETRANGE", $"key{key}", "100000", "x");
        RespClient[] deaf = Subscribe(server);
        string message = new('x', MessageBytes);
        long used = 0;
        server.Until(
            () =>
            {
                publisher.Run("PUBLISH", "news", message);
                used = Math.Max(used, Field(publisher, "memory", "used_memory"));
                return Field(publisher, "stats", "evicted_keys") > 0;
            },
            "keys are evicted");
        // All buffers may double with the message that passes the limit.
        Assert.True(used < 130_000_000, $"{used} bytes");
        foreach (RespClient client in deaf) client.Dispose();
    }

    private static RespClient[] Subscribe(FastShardServer server)
    {
        RespClient[] clients = [.. Enumerable.Range(0, Subscribers).Select(_ => server.Connect())];
        foreach (RespClient client in clients) client.Run("SUBSCRIBE", "news");
        return clients;
    }

    private static long Field(RespClient client, string section, string name)
    {
        string[] lines = client.Run("INFO", section).Text!.Split("\r\n");
        string found = lines.Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(found[(name.Length + 1)..]);
    }
}
