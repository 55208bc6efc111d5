using System.Globalization;
using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Model.Families;
using Xunit;
using Xunit.Abstractions;

namespace FastShard.SystemTests.Model;

/// <summary>
/// Random commands against a server and a simple model of it, on one, two and four shards. Each run has a new seed,
/// which a failure names; FASTSHARD_SEED repeats one.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int Steps = 3000;
    private const int Pipelines = 120;

    public static TheoryData<string, int> Shapes => new()
    {
        { Transports.Epoll, 1 },
        { Transports.Epoll, 2 },
        { Transports.Epoll, 4 },
        { Transports.Pipelines, 2 },
    };

    /// <summary>Several connections share their keys and take turns: one history for all of them.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Connections_that_take_turns_see_one_history(string transport, int shards)
    {
        int seed = NewSeed();
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        var model = new ServerModel();
        var draw = new Draw(seed, "k", keyCount: 24);
        ModelCommand[] commands = [.. ModelFamilies.OnKeys, .. ModelFamilies.OnKeys, .. ModelFamilies.OnDatabases];
        ModelClient[] clients =
            [.. Enumerable.Range(0, 3).Select(at => new ModelClient($"client {at}", server, model, draw, commands))];
        Named(server, seed, () =>
        {
            for (int step = 1; step <= Steps; step++)
            {
                ModelClient client = clients[draw.Below(clients.Length)];
                if (draw.Chance(2)) client.LetExpire();
                if (draw.Chance(1)) client.LetFieldExpire();
                client.Step(1);
                if (step % (Steps / 4) != 0) continue;
                foreach (ModelClient each in clients) each.Finish();
                for (int database = 0; database < ServerModel.DatabaseCount; database++)
                    clients[0].CheckKeys(database, isAlone: true);
            }
        });
        foreach (ModelClient client in clients) client.Dispose();
        Assert.Equal(0, server.Stop());
    }

    /// <summary>Each connection has keys of its own and sends many commands at once, all at the same time.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Connections_with_their_own_keys_do_not_see_each_other(string transport, int shards)
    {
        int seed = NewSeed();
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        Task[] clients =
        [
            .. Enumerable.Range(0, 4).Select(at => Task.Factory.StartNew(
                () => Named(server, seed, () => RunAlone($"c{at}", server, seed + at)),
                TaskCreationOptions.LongRunning)),
        ];
        await Task.WhenAll(clients);
        Assert.Equal(0, server.Stop());
    }

    private static void RunAlone(string name, FastShardServer server, int seed)
    {
        var draw = new Draw(seed, name + ":", keyCount: 16);
        using var client = new ModelClient(name, server, new ServerModel(), draw, ModelFamilies.OnKeys);
        for (int pipeline = 0; pipeline < Pipelines; pipeline++)
        {
            if (draw.Chance(20)) client.LetExpire();
            if (draw.Chance(20)) client.LetFieldExpire();
            client.Step(draw.Between(1, 60));
        }
        client.CheckKeys(database: 0, isAlone: false);
    }

    private int NewSeed()
    {
        string? given = Environment.GetEnvironmentVariable("FASTSHARD_SEED");
        int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"FASTSHARD_SEED={seed}");
        return seed;
    }

    private static void Named(FastShardServer server, int seed, Action run)
    {
        try
        {
            run();
        }
        catch (Exception failure)
        {
            throw new ModelMismatchException(
                $"FASTSHARD_SEED={seed} {failure.Message}\n{failure.StackTrace}\n{server.Log}");
        }
    }
}
