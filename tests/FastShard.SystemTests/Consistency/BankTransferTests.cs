using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Consistency;

/// <summary>
/// Money moves between accounts on all shards while others look on: whatever mixture of EXEC, MSET and RENAME runs,
/// nobody
/// ever sees the middle of it.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class BankTransferTests
{
    private const int Accounts = 24;
    private const int StartBalance = 100;
    private const int Rounds = 250;

    public static TheoryData<string, int> Shapes => new()
    {
        { Transports.Epoll, 2 },
        { Transports.Epoll, 4 },
        { Transports.Pipelines, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task The_sum_never_changes(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using (RespClient setup = server.Connect())
        {
            for (int account = 0; account < Accounts; account++) setup.Run("SET", Name(account), $"{StartBalance}");
            setup.Run("SET", "coin:a", "1");
            setup.Run("MSET", "pair:left", "0", "pair:right", "0");
        }

        using var done = new CancellationTokenSource();
        Task[] observers = [Start(() => Observe(server, done.Token)), Start(() => Observe(server, done.Token))];
        Task[] movers =
        [
            Start(() => TransferByIncrements(server, seed: 1)),
            Start(() => TransferWatched(server, seed: 2)),
            Start(() => TransferWatched(server, seed: 3)),
            Start(() => FlipPairAndCoin(server)),
        ];
        await Task.WhenAll(movers);
        await done.CancelAsync();
        await Task.WhenAll(observers);

        using RespClient last = server.Connect();
        Assert.Equal(Accounts * StartBalance, Sum(last.Run(["MGET", .. Names])));
    }

    [Fact]
    public async Task The_sum_never_changes_while_shards_change_threads()
    {
        string[] options = ["--shards", "4", "--enable-debug-command", "yes"];
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, options);
        using (RespClient setup = server.Connect())
        {
            for (int account = 0; account < Accounts; account++) setup.Run("SET", Name(account), $"{StartBalance}");
            setup.Run("SET", "coin:a", "1");
            setup.Run("MSET", "pair:left", "0", "pair:right", "0");
        }

        using var done = new CancellationTokenSource();
        Task[] others =
        [
            Start(() => Observe(server, done.Token)),
            Start(() => ChangeThreads(server, done.Token)),
        ];
        Task[] movers =
        [
            Start(() => TransferByIncrements(server, seed: 4)),
            Start(() => TransferWatched(server, seed: 5)),
            Start(() => FlipPairAndCoin(server)),
        ];
        await Task.WhenAll(movers);
        await done.CancelAsync();
        await Task.WhenAll(others);

        using RespClient last = server.Connect();
        Assert.Equal(Accounts * StartBalance, Sum(last.Run(["MGET", .. Names])));
    }

    private static IEnumerable<string> Names => Enumerable.Range(0, Accounts).Select(Name);

    private static string Name(int account) => $"account:{account}";

    private static Task Start(Action action) => Task.Factory.StartNew(action, TaskCreationOptions.LongRunning);

    private static long Sum(RespValue values) => values.Elements!.Sum(value => value.Integer);

    private static void TransferByIncrements(FastShardServer server, int seed)
    {
        var random = new Random(seed);
        using RespClient client = server.Connect();
        for (int round = 0; round < Rounds; round++)
        {
            string amount = $"{random.Next(1, 9)}";
            client.Send("MULTI");
            client.Send("DECRBY", Name(random.Next(Accounts)), amount);
            client.Send("INCRBY", Name(random.Next(Accounts)), amount);
            client.Send("EXEC");
            for (int reply = 0; reply < 3; reply++) Assert.False(client.Read().IsError);
            Assert.Equal(2, client.Read().Elements!.Count);
        }
    }

    private static void TransferWatched(FastShardServer server, int seed)
    {
        var random = new Random(seed);
        using RespClient client = server.Connect();
        for (int round = 0; round < Rounds; round++)
        {
            string from = Name(random.Next(Accounts));
            string to = Name(random.Next(Accounts));
            if (from == to) continue;
            client.Run("WATCH", from, to);
            long rich = client.Run("GET", from).Integer;
            long poor = client.Run("GET", to).Integer;
            client.Run("MULTI");
            client.Run("SET", from, $"{rich - 1}");
            client.Run("SET", to, $"{poor + 1}");
            client.Run("EXEC"); // nil when somebody was faster: then nothing moved
        }
    }

    private static void FlipPairAndCoin(FastShardServer server)
    {
        using RespClient client = server.Connect();
        for (int round = 1; round <= Rounds; round++)
        {
            client.Run("MSET", "pair:left", $"{round}", "pair:right", $"{round}");
            string from = round % 2 == 1 ? "coin:a" : "coin:b";
            string to = round % 2 == 1 ? "coin:b" : "coin:a";
            Assert.Equal("OK", client.Run("RENAME", from, to).Text);
        }
    }

    private static void ChangeThreads(FastShardServer server, CancellationToken done)
    {
        var random = new Random(6);
        using RespClient client = server.Connect();
        while (!done.IsCancellationRequested)
        {
            Assert.Equal("OK", client.Run("DEBUG", "THREADS", $"{random.Next(1, 5)}").Text);
            for (int ping = random.Next(20); ping > 0; ping--) client.Run("PING");
        }
    }

    private static void Observe(FastShardServer server, CancellationToken done)
    {
        using RespClient client = server.Connect();
        while (!done.IsCancellationRequested)
        {
            Assert.Equal(Accounts * StartBalance, Sum(client.Run(["MGET", .. Names])));
            IReadOnlyList<RespValue> pair = client.Run("MGET", "pair:left", "pair:right").Elements!;
            Assert.Equal(pair[0].Text, pair[1].Text);
            IReadOnlyList<RespValue> coin = client.Run("MGET", "coin:a", "coin:b").Elements!;
            Assert.Single(coin, side => !side.IsNull);
            Assert.Equal(1, client.Run("EXISTS", "coin:a", "coin:b").Integer);
        }
    }
}
