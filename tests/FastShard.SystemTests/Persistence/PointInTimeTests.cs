using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>
/// Money moves between accounts on all shards, in transactions and by scripts of single commands that keep a pair
/// equal, while snapshots are taken: each file holds one instant, so no sum is ever off.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class PointInTimeTests
{
    private const int Accounts = 3000;
    private const int StartBalance = 1000;
    private const int Snapshots = 4;

    [Theory]
    [InlineData(Transports.Epoll, 2, 1)]
    [InlineData(Transports.Epoll, 4, 2)]
    [InlineData(Transports.Pipelines, 3, 3)]
    public async Task Every_snapshot_holds_one_instant(string transport, int shards, int seed)
    {
        using FastShardServer server = FastShardServer.Start(
            transport, "--shards", $"{shards}", "--enable-debug-command", "yes");
        using RespClient client = server.Connect();
        for (int account = 0; account < Accounts; account++)
        {
            client.Run("HSET", $"account:{account}", "balance", $"{StartBalance}", "owner", new string('o', 50));
            client.Run("ZADD", "ranking", $"{StartBalance}", $"account:{account}");
        }
        client.Run("DEBUG", "POPULATE", "100000", "ballast", "50");
        using CancellationTokenSource done = new();
        Task[] movers = [.. Enumerable.Range(0, 4).Select(
            mover => Task.Factory.StartNew(
                () => Move(server, (seed * 10) + mover, done.Token), TaskCreationOptions.LongRunning))];
        string path = Path.Combine(server.Folder, "dump.rdb");
        List<string> copies = [];
        for (int round = 0; round < Snapshots; round++)
        {
            Assert.Equal("Background saving started", client.Run("BGSAVE").Text);
            server.Until(
                () => client.Run("INFO", "persistence").Text!.Contains("rdb_bgsave_in_progress:0\r")
                    && client.Run("INFO", "persistence").Text!.Contains($"rdb_saves:{round + 1}\r"),
                "the snapshot ends");
            string copy = Path.Combine(Directory.CreateDirectory($"{server.Folder}/{round}").FullName, "dump.rdb");
            File.Copy(path, copy);
            copies.Add(Path.GetDirectoryName(copy)!);
        }
        await done.CancelAsync();
        await Task.WhenAll(movers);
        foreach (string folder in copies) Check(transport, folder);
    }

    private static void Move(FastShardServer server, int seed, CancellationToken done)
    {
        Random random = new(seed);
        using RespClient client = server.Connect();
        while (!done.IsCancellationRequested)
        {
            string from = $"account:{random.Next(Accounts)}";
            string to = $"account:{random.Next(Accounts)}";
            string amount = $"{random.Next(1, 50)}";
            client.Send("MULTI");
            client.Send("HINCRBY", from, "balance", "-" + amount);
            client.Send("HINCRBY", to, "balance", amount);
            client.Send("ZINCRBY", "ranking", "-" + amount, from);
            client.Send("ZINCRBY", "ranking", amount, to);
            client.Send("EXEC");
            for (int reply = 0; reply < 6; reply++) Assert.False(client.Read().IsError);
            // Both of a pair change at once, or one takes the other's place; the pair is on two shards.
            client.Run("MSET", $"left:{seed}", amount, $"right:{seed}", amount);
            client.Run("RENAME", $"left:{seed}", $"moved:{seed}");
            client.Run("RENAME", $"moved:{seed}", $"left:{seed}");
        }
    }

    private static void Check(string transport, string folder)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--dir", folder, "--shards", "3");
        using RespClient client = server.Connect();
        long balances = 0;
        long ranks = 0;
        for (int account = 0; account < Accounts; account++)
        {
            long balance = client.Run("HGET", $"account:{account}", "balance").Integer;
            Assert.Equal($"{balance}", client.Run("ZSCORE", "ranking", $"account:{account}").Text);
            balances += balance;
            ranks++;
        }
        Assert.Equal((long)Accounts * StartBalance, balances);
        Assert.Equal(ranks, client.Run("ZCARD", "ranking").Integer);
        foreach (string left in Keys(client, "left:*").Concat(Keys(client, "moved:*")))
        {
            string right = "right:" + left[(left.IndexOf(':') + 1)..];
            Assert.Equal(client.Run("GET", right).Text, client.Run("GET", left).Text);
        }
        Assert.Equal(Keys(client, "right:*").Length, Keys(client, "left:*").Length + Keys(client, "moved:*").Length);
    }

    private static string[] Keys(RespClient client, string pattern) =>
        [.. client.Run("KEYS", pattern).Elements!.Select(key => key.Text!)];
}
