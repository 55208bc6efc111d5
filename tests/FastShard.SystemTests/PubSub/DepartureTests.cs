using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.PubSub;

/// <summary>Who leaves is forgotten, however much it subscribed to, and the server goes on meanwhile.</summary>
[Collection(SequentialGroup.Name)]
public sealed class DepartureTests
{
    [Theory, ClassData(typeof(Shapes))]
    public void Who_leaves_is_forgotten_at_once(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards);
        using RespClient admin = server.Connect();
        for (int round = 0; round < 10; round++)
        {
            using (RespClient client = Shapes.Connect(server, protocol))
            {
                client.Run("SUBSCRIBE", "a");
                client.Run("PSUBSCRIBE", "a*");
                client.Run("SSUBSCRIBE", "a");
                client.Run("SUBSCRIBE", "__keyevent@0__:set");
                Assert.Equal(2, admin.Run("PUBLISH", "a", "x").Integer);
                Assert.Contains(" sub=2 psub=1 ssub=1 ", admin.Run("CLIENT", "LIST", "TYPE", "pubsub").Text!);
                Assert.Contains("pubsub_clients:1\r", admin.Run("INFO", "clients").Text!);
                if (round % 2 == 0) Assert.Equal(1, admin.Run("CLIENT", "KILL", "TYPE", "pubsub").Integer);
            }

            server.Until(() => admin.Run("PUBLISH", "a", "x").Integer == 0, "the client is gone");
            Assert.Empty(admin.Run("PUBSUB", "CHANNELS").Elements!);
            Assert.Equal(0, admin.Run("PUBSUB", "NUMPAT").Integer);
            Assert.Empty(admin.Run("PUBSUB", "SHARDCHANNELS").Elements!);
            server.Until(() => HasNoTopics(admin), "the topics are gone");
        }
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_hundred_thousand_subscriptions_of_one_client(string transport)
    {
        const int Count = 100_000;
        const int Patterns = 1000;
        using FastShardServer server = Shapes.Start(transport, 2);
        using RespClient admin = server.Connect();
        using (RespClient client = server.Connect())
        {
            foreach (string[] names in Names(Count, "channel:").Chunk(1000)) Subscribe(client, "SUBSCRIBE", names);
            Subscribe(client, "PSUBSCRIBE", [.. Names(Patterns, "pattern:*:")]);
            Assert.Equal(1, admin.Run("PUBLISH", "channel:77777", "x").Integer);
            Assert.Equal("channel:77777", client.Read().Elements![1].Text);
            Assert.Equal(1, admin.Run("PUBLISH", "pattern:any:500", "x").Integer);
            Assert.Equal("pattern:*:500", client.Read().Elements![1].Text);
            string statistics = admin.Run("INFO", "stats").Text!;
            Assert.Contains($"pubsub_channels:{Count}\r", statistics);
            Assert.Contains($"pubsub_patterns:{Patterns}\r", statistics);
        }

        // They are taken off bit by bit; until then nobody counts them.
        server.Until(() => admin.Run("PUBLISH", "channel:5", "x").Integer == 0, "the client is gone");
        Assert.Equal("PONG", admin.Run("PING").Text);
        server.Until(() => HasNoTopics(admin), "the topics are gone");
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_hundred_thousand_subscriptions_of_many_clients(string transport)
    {
        const int Clients = 500;
        const int Each = 200;
        using FastShardServer server = Shapes.Start(transport, 2);
        using RespClient admin = server.Connect();
        RespClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => server.Connect())];
        string[] names = [.. Names(Each, "shared:")];
        foreach (RespClient client in clients) Subscribe(client, "SUBSCRIBE", names);
        Assert.Equal(Clients, admin.Run("PUBLISH", "shared:7", "hello").Integer);
        foreach (RespClient client in clients) Assert.Equal("hello", client.Read().Elements![2].Text);
        Assert.Equal(Clients, admin.Run("PUBSUB", "NUMSUB", "shared:199").Elements![1].Integer);
        foreach (RespClient client in clients) client.Dispose();
        server.Until(() => HasNoTopics(admin), "the topics are gone");
    }

    [Theory]
    [InlineData(Transports.Epoll, 1)]
    [InlineData(Transports.Epoll, 3)]
    [InlineData(Transports.Pipelines, 3)]
    public async Task Who_is_killed_while_it_subscribes_or_watches_is_forgotten(string transport, int shards)
    {
        using FastShardServer server = Shapes.Start(transport, shards);
        using RespClient admin = server.Connect();
        using CancellationTokenSource done = new();
        string[] names = [.. Names(12, "c")];
        byte[] requests =
        [
            .. RespClient.Encode("MGET", "a", "b", "c", "d"), .. RespClient.Encode(["WATCH", .. names]),
            .. RespClient.Encode("HELLO", "3"), .. RespClient.Encode(["SUBSCRIBE", .. names]),
            .. RespClient.Encode("PSUBSCRIBE", "c*"), .. RespClient.Encode("MONITOR"),
        ];
        Task[] others =
        [
            .. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
                () => ConnectAgainAndAgain(server, requests, done.Token), TaskCreationOptions.LongRunning)),
            Task.Factory.StartNew(() => KeepBusy(server, done.Token), TaskCreationOptions.LongRunning),
        ];
        string message = new('x', 20_000);
        for (int round = 0; round < 1500; round++)
        {
            admin.Run("CLIENT", "KILL", "TYPE", round % 2 == 0 ? "normal" : "pubsub");
            if (round % 10 == 0) admin.Run("PUBLISH", names[round % names.Length], message);
        }
        await done.CancelAsync();
        await Task.WhenAll(others);
        server.Until(() => admin.Run("INFO", "clients").Text!.Contains("connected_clients:1\r"), "all are gone");
        server.Until(() => HasNoTopics(admin), "the topics are gone");
        server.Until(() => admin.Run("INFO", "clients").Text!.Contains("total_watched_keys:0\r"), "so are the watches");
        foreach (string name in names) Assert.Equal(0, admin.Run("PUBLISH", name, message).Integer);
        Assert.Equal("PONG", admin.Run("PING").Text);
        Assert.Equal(0, server.Stop());
    }

    // Kills come whenever they come: connections that are cut anywhere are what this is about.
    private static void ConnectAgainAndAgain(FastShardServer server, byte[] requests, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            try
            {
                using RespClient client = server.Connect();
                client.SendRaw(requests);
                client.Read();
            }
            catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
            {
                continue;
            }
        }
    }

    private static void KeepBusy(FastShardServer server, CancellationToken done)
    {
        byte[] requests = [.. Names(50, "busy").SelectMany(static name => RespClient.Encode("SET", name, name))];
        while (!done.IsCancellationRequested)
        {
            try
            {
                using RespClient client = server.Connect();
                client.SendRaw(requests);
                for (int reply = 0; reply < 50; reply++) client.Read();
            }
            catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
            {
                continue;
            }
        }
    }

    private static void Subscribe(RespClient client, string command, string[] names)
    {
        client.Send([command, .. names]);
        foreach (string name in names) Assert.Equal(name, client.Read().Elements![1].Text);
    }

    private static IEnumerable<string> Names(int count, string prefix) =>
        Enumerable.Range(0, count).Select(number => $"{prefix}{number}");

    private static bool HasNoTopics(RespClient admin)
    {
        string statistics = admin.Run("INFO", "stats").Text!;
        return statistics.Contains("pubsub_channels:0\r", StringComparison.Ordinal)
            && statistics.Contains("pubsub_patterns:0\r", StringComparison.Ordinal)
            && statistics.Contains("pubsubshard_channels:0\r", StringComparison.Ordinal);
    }
}
