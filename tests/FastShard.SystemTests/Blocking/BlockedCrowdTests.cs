using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Blocking;

/// <summary>Many at once: nobody is forgotten, nothing is lost, nothing comes twice.</summary>
[Collection(SequentialGroup.Name)]
public sealed class BlockedCrowdTests
{
    private const int Lists = 12;

    [Theory, ClassData(typeof(Transports))]
    public void Ten_thousand_clients_wait_and_are_served(string transport)
    {
        const int Count = 10_000;
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "4", "--maxclients", "10100");
        using BlockedClients blocked = new(server);
        RespClient[] clients = new RespClient[Count];
        try
        {
            for (int index = 0; index < Count; index++)
            {
                clients[index] = server.Connect();
                // Every other one has a deadline, and every fifth waits for the same key as its neighbour.
                clients[index].Send("BLPOP", KeyOf(index), $"other{index}", index % 2 == 0 ? "0" : "1000");
            }

            blocked.Await(Count);
            Assert.Equal(Count / 2, blocked.Field("clients_in_timeout_table"));
            for (int index = 0; index < Count; index++) blocked.Run("RPUSH", KeyOf(index), $"{index}");
            HashSet<string> served = [];
            foreach (RespClient client in clients) Assert.True(served.Add(client.Read().Elements![1].Text!));
            Assert.Equal(Count, served.Count);
            blocked.AwaitNone();
            Assert.Equal(0, blocked.Run("DBSIZE").Integer);
        }
        finally
        {
            foreach (RespClient? client in clients) client?.Dispose();
        }

        static string KeyOf(int index) => $"key{index - (index % 5 == 1 ? 1 : 0)}";
    }

    [Theory]
    [InlineData(Transports.Epoll, 1)]
    [InlineData(Transports.Epoll, 2)]
    [InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 4)]
    public async Task Whatever_moves_and_waits_no_element_is_lost_or_doubled(string transport, int shards)
    {
        const int Elements = 3000;
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using CancellationTokenSource done = new();
        Task[] movers = [.. Enumerable.Range(0, 6).Select(seed => Start(() => Move(server, seed, done.Token)))];
        Task<List<string>>[] takers =
            [.. Enumerable.Range(10, 4).Select(seed => Start(() => Take(server, seed, done.Token)))];
        Task[] pushers =
            [.. Enumerable.Range(20, 2).Select(seed => Start(() => Push(server, seed, Elements / 2)))];
        await Task.WhenAll(pushers);
        await Task.WhenAny(Task.WhenAll(movers), Task.Delay(TimeSpan.FromSeconds(1)));
        await done.CancelAsync();
        await Task.WhenAll(movers);
        List<string> seen = [];
        foreach (Task<List<string>> taker in takers) seen.AddRange(await taker);
        for (int list = 0; list < Lists; list++)
            seen.AddRange(blocked.Run("LRANGE", $"list{list}", "0", "-1").Elements!.Select(value => value.Text!));
        Assert.Equal(Elements, seen.Count);
        Assert.Equal(Elements, seen.Distinct().Count());
        blocked.AwaitNone();
    }

    [Theory]
    [InlineData(Transports.Epoll, 2)]
    [InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 3)]
    public async Task What_is_promised_to_a_waiting_client_nobody_else_can_take(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using BlockedClients blocked = new(server);
        using CancellationTokenSource done = new();
        Task[] crowd = [.. Enumerable.Range(0, 3).Select(_ => Start(() => KeepBusy(server, done.Token)))];
        using RespClient waiter = server.Connect();
        RespClient[] pushers = [.. Enumerable.Range(0, shards).Select(_ => server.Connect())];
        for (int round = 0; round < 60; round++)
        {
            string source = Slots.KeyOn(round % shards, shards, "source");
            string target = Slots.KeyOn(round / shards % shards, shards, "target");
            waiter.Send("BLMOVE", source, target, "LEFT", "RIGHT", "0");
            blocked.Await(1);
            RespClient pusher = pushers[round % 7 % shards];
            pusher.SendRaw([
                .. RespClient.Encode("RPUSH", source, $"{round}"), .. RespClient.Encode("LPOP", source)]);
            Assert.Equal(":1", pusher.Read().ToString());
            Assert.True(pusher.Read().IsNull);
            Assert.Equal($"{round}", pusher.Run("LPOP", target).Text);
            Assert.Equal($"{round}", waiter.Read().Text);
        }

        await done.CancelAsync();
        await Task.WhenAll(crowd);
        foreach (RespClient pusher in pushers) pusher.Dispose();
    }

    private static void KeepBusy(FastShardServer server, CancellationToken done)
    {
        using RespClient client = server.Connect();
        byte[] requests =
            [.. Enumerable.Range(0, 40).SelectMany(number => RespClient.Encode("INCR", $"busy{number}"))];
        while (!done.IsCancellationRequested)
        {
            client.SendRaw(requests);
            for (int reply = 0; reply < 40; reply++) Assert.False(client.Read().IsError);
        }
    }

    private static Task Start(Action action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    private static Task<T> Start<T>(Func<T> action) =>
        Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    private static string AnyList(Random random) => $"list{random.Next(Lists)}";

    private static void Push(FastShardServer server, int seed, int count)
    {
        Random random = new(seed);
        using RespClient client = server.Connect();
        for (int number = 0; number < count; number++)
        {
            string value = $"{seed}-{number}";
            if (number % 3 > 0)
            {
                client.Run("RPUSH", AnyList(random), value);
                continue;
            }

            client.Send("MULTI");
            client.Send("RPUSH", AnyList(random), value);
            client.Send("LMOVE", AnyList(random), AnyList(random), "LEFT", "RIGHT");
            client.Send("EXEC");
            for (int reply = 0; reply < 4; reply++) Assert.False(client.Read().IsError);
        }
    }

    private static void Move(FastShardServer server, int seed, CancellationToken done)
    {
        Random random = new(seed);
        using RespClient client = server.Connect();
        while (!done.IsCancellationRequested)
            Assert.False(client.Run("BLMOVE", AnyList(random), AnyList(random), "LEFT", "RIGHT", "0.05").IsError);
    }

    private static List<string> Take(FastShardServer server, int seed, CancellationToken done)
    {
        Random random = new(seed);
        using RespClient client = server.Connect();
        List<string> taken = [];
        while (!done.IsCancellationRequested)
        {
            string[] lists = [AnyList(random), AnyList(random), AnyList(random)];
            RespValue reply = random.Next(2) == 0
                ? client.Run(["BRPOP", .. lists, "0.02"])
                : client.Run(["BLMPOP", "0.02", "3", .. lists, "LEFT", "COUNT", "2"]);
            if (reply.IsNull) continue;
            RespValue values = reply.Elements![1];
            taken.AddRange(values.Elements is null ? [values.Text!] : values.Elements.Select(value => value.Text!));
            if (random.Next(4) == 0) client.Run("PING");
        }

        return taken;
    }
}
