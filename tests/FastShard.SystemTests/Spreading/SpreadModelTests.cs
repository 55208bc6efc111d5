using System.Globalization;
using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Model;
using FastShard.SystemTests.Model.Families;
using Xunit;
using Xunit.Abstractions;

namespace FastShard.SystemTests.Spreading;

/// <summary>
/// Random commands against a server and a model of it that knows nothing of spreading, while somebody else spreads and
/// copies the same keys all the time. A failure names its seed; FASTSHARD_SEED repeats one.
/// </summary>
public sealed class SpreadModelTests(ITestOutputHelper output)
{
    private const int Steps = 4000;
    private const int KeyCount = 12;

    [Theory]
    [InlineData(Transports.Epoll, 2)]
    [InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void Nobody_can_tell_whether_keys_are_spread(string transport, int shards)
    {
        string? given = Environment.GetEnvironmentVariable("FASTSHARD_SEED");
        int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"FASTSHARD_SEED={seed}");
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        var model = new ServerModel();
        var draw = new Draw(seed, "k", KeyCount);
        ModelCommand[] commands =
        [
            .. StringRows.All, .. StringRows.All, .. HashRows.All, .. SortedSetRows.All, .. KeyRows.All,
            .. ModelFamilies.OnDatabases,
        ];
        ModelClient[] clients =
            [.. Enumerable.Range(0, 3).Select(at => new ModelClient($"client {at}", server, model, draw, commands))];
        bool isOver = false;
        long spreads = 0;
        Thread spreader = new(() => SpreadAll(server, seed, ref isOver, ref spreads));
        spreader.Start();
        try
        {
            for (int step = 1; step <= Steps; step++)
            {
                ModelClient client = clients[draw.Below(clients.Length)];
                if (draw.Chance(2)) client.LetExpire();
                client.Step(1);
            }
            foreach (ModelClient each in clients) each.Finish();
            for (int database = 0; database < ServerModel.DatabaseCount; database++)
                clients[0].CheckKeys(database, isAlone: true);
        }
        catch (Exception failure)
        {
            throw new ModelMismatchException(
                $"FASTSHARD_SEED={seed} {failure.Message}\n{failure.StackTrace}\n{server.Log}");
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            spreader.Join();
        }
        foreach (ModelClient client in clients) client.Dispose();
        Assert.True(spreads > 0);
        Assert.Equal(0, server.Stop());
    }

    private static void SpreadAll(FastShardServer server, int seed, ref bool isOver, ref long spreads)
    {
        using RespClient client = server.Connect();
        var random = new Random(seed);
        while (!Volatile.Read(ref isOver))
        {
            client.Run("SELECT", $"{random.Next(ServerModel.DatabaseCount)}");
            foreach (RespValue name in client.Run("KEYS", "*").Elements!)
            {
                string key = name.Text!;
                bool isCopy = random.Next(3) == 0;
                RespValue reply = isCopy
                    ? client.Run("SPREAD", key, "64", "COPY")
                    : client.Run("SPREAD", key, $"{random.Next(2, 5)}");
                if (!reply.IsError) spreads++;
                if (random.Next(8) == 0) client.Run("UNSPREAD", key);
            }
        }
    }
}
