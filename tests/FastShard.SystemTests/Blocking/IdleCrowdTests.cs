using System.Globalization;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Blocking;

/// <summary>
/// Who waits costs nothing: with a hundred thousand subscriptions and ten thousand blocked clients the server takes for
/// the same work the processor time that it takes without them.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class IdleCrowdTests
{
    private const int Listeners = 100;
    private const int ChannelsEach = 900;
    private const int PatternsEach = 100;
    private const int Waiting = 10_000;

    // What a subscription, and a connection with its wait, may take of resident memory; the kernel's is not counted.
    private const long SubscriptionBytes = 1000;
    private const long WaitingBytes = 20_000;

    [Theory, ClassData(typeof(Transports))]
    public void Who_waits_takes_no_processor_time_from_others(string transport)
    {
        string[] options = ["--shards", "2", "--maxclients", "10300"];
        using FastShardServer server = FastShardServer.Start(transport, options);
        using BlockedClients blocked = new(server);
        using RespClient worker = server.Connect();
        List<RespClient> crowd = [];
        try
        {
            Work(server, worker);
            long alone = Work(server, worker);
            long resident = server.ResidentBytes();
            for (int number = 0; number < Listeners; number++) crowd.Add(Listen(server, number));
            long listening = server.ResidentBytes();
            Assert.InRange(listening - resident, 0, Listeners * (ChannelsEach + PatternsEach) * SubscriptionBytes);
            for (int number = 0; number < Waiting; number++) crowd.Add(Wait(server, number));
            blocked.Await(Waiting);
            Assert.InRange(server.ResidentBytes() - listening, 0, Waiting * WaitingBytes);

            // Counted in hundredths of a second, so two runs of the same work differ by some.
            Assert.InRange(Work(server, worker), 0, (2 * alone) + 10);
            CheckAllAreServed(blocked, crowd);
        }
        finally
        {
            foreach (RespClient client in crowd) client.Dispose();
        }
        server.Until(() => blocked.Field("connected_clients") == 2, "all of them are gone");
        server.Until(() => blocked.FieldOf("stats", "pubsub_channels") == 0, "so are their channels");
        server.Until(() => blocked.FieldOf("stats", "pubsub_patterns") == 0, "so are their patterns");
        Assert.Equal(0, server.Stop());
    }

    private static RespClient Listen(FastShardServer server, int number)
    {
        RespClient client = server.Connect();
        Subscribe(client, "SUBSCRIBE", number, ChannelsEach, "channel");
        Subscribe(client, "PSUBSCRIBE", number, PatternsEach, "pattern*");
        return client;
    }

    private static void Subscribe(RespClient client, string command, int number, int count, string kind)
    {
        client.Send([command, .. Enumerable.Range(0, count).Select(at => $"{kind}:{number}:{at}")]);
        for (int reply = 0; reply < count; reply++) Assert.False(client.Read().IsError);
    }

    // Every other one with a deadline that does not come.
    private static RespClient Wait(FastShardServer server, int number)
    {
        RespClient client = server.Connect();
        client.Send("BLPOP", $"list:{number}", number % 2 == 0 ? "0" : "1000");
        return client;
    }

    private static void CheckAllAreServed(BlockedClients blocked, List<RespClient> crowd)
    {
        for (int number = 0; number < Listeners; number++)
        {
            Assert.Equal(1, blocked.Run("PUBLISH", $"channel:{number}:7", $"to {number}").Integer);
            Assert.Equal(1, blocked.Run("PUBLISH", $"pattern any:{number}:7", $"also to {number}").Integer);
            Assert.Equal($"to {number}", crowd[number].Read().Elements![2].Text);
            Assert.Equal($"also to {number}", crowd[number].Read().Elements![3].Text);
        }
        for (int number = 0; number < Waiting; number++) blocked.Run("RPUSH", $"list:{number}", $"{number}");
        for (int number = 0; number < Waiting; number++)
            Assert.Equal($"{number}", crowd[Listeners + number].Read().Elements![1].Text);
        blocked.AwaitNone();
    }

    /// <summary>The same work every time; the processor time that the server took for it, in ticks.</summary>
    private static long Work(FastShardServer server, RespClient worker)
    {
        const int Requests = 1000;
        byte[] requests =
            [.. Enumerable.Range(0, Requests).SelectMany(static key => RespClient.Encode("INCR", $"k{key}"))];
        long before = Ticks(server);
        for (int round = 0; round < 300; round++)
        {
            worker.SendRaw(requests);
            for (int reply = 0; reply < Requests; reply++) worker.Read();
        }
        return Ticks(server) - before;
    }

    // The times in user and in system mode: the 14th and the 15th field, of which the second ends with a bracket.
    private static long Ticks(FastShardServer server)
    {
        string[] fields = File.ReadAllText($"/proc/{server.ProcessId}/stat").Split(") ")[1].Split(' ');
        return long.Parse(fields[11], CultureInfo.InvariantCulture)
            + long.Parse(fields[12], CultureInfo.InvariantCulture);
    }
}
