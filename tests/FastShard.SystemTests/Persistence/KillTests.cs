using System.Globalization;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>
/// The process is killed in the midst of a load of counters and transactions over several shards. With `always` nothing
/// that was answered is lost; with every policy a transaction is there as a whole or not at all.
/// FASTSHARD_TEST_KILL_ROUNDS sets how often (default 4).
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class KillTests : IDisposable
{
    private const int Clients = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("fs-kill-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Killed_at_any_moment_it_keeps_what_it_promised()
    {
        string? asked = Environment.GetEnvironmentVariable("FASTSHARD_TEST_KILL_ROUNDS");
        int rounds = asked is null ? 4 : int.Parse(asked, CultureInfo.InvariantCulture);
        Random random = new(17);
        long[] acknowledged = new long[Clients];
        for (int round = 0; round < rounds; round++)
        {
            string policy = round % 2 == 0 ? "always" : "everysec";
            using FastShardServer server = FastShardServer.StartIn(
                _folder, null, "--appendonly", "yes", "--appendfsync", policy, "--shards", "2");
            Check(server, acknowledged, round, lostAllowed: policy == "always" && round > 0);
            int target = random.Next(200, 3000);
            long start = acknowledged.Sum();
            Thread[] threads = [.. Enumerable.Range(0, Clients).Select(client =>
                new Thread(() => Load(server, client, acknowledged)))];
            foreach (Thread thread in threads) thread.Start();
            server.Until(() => Sum(acknowledged) >= start + target, "the load goes on");
            server.Signal("KILL");
            server.WaitForExit();
            foreach (Thread thread in threads) thread.Join();
        }
        using FastShardServer last = FastShardServer.StartIn(_folder, null, "--appendonly", "yes");
        Check(last, acknowledged, rounds, lostAllowed: rounds % 2 == 0);
    }

    private static long Sum(long[] values)
    {
        long sum = 0;
        for (int index = 0; index < values.Length; index++) sum += Volatile.Read(ref values[index]);
        return sum;
    }

    // The round before this one ran with everysec where lostAllowed: there the last second may be gone.
    private static void Check(FastShardServer server, long[] acknowledged, int round, bool lostAllowed)
    {
        using RespClient client = server.Connect();
        for (int index = 0; index < Clients; index++)
        {
            string[] counters = [.. client.Run("MGET", $"a:{index}", $"b:{index}", $"c:{index}").Elements!
                .Select(static value => value.Text ?? "0")];
            bool isWhole = counters.Distinct().Count() == 1;
            Assert.True(isWhole, $"round {round}: half a transaction: {string.Join(' ', counters)}");
            long value = long.Parse(counters[0], CultureInfo.InvariantCulture);
            if (!lostAllowed)
                Assert.True(value >= acknowledged[index], $"round {round}: {acknowledged[index]} became {value}");
            acknowledged[index] = value;
        }
    }

    private static void Load(FastShardServer server, int index, long[] acknowledged)
    {
        try
        {
            using RespClient client = server.Connect();
            while (true)
            {
                client.Send("MULTI");
                client.Send("INCR", $"a:{index}");
                client.Send("INCR", $"b:{index}");
                client.Send("INCR", $"c:{index}");
                client.Send("EXEC");
                for (int reply = 0; reply < 4; reply++) client.Read();
                long value = client.Read().Elements![0].Integer;
                Volatile.Write(ref acknowledged[index], value);
            }
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            // The server was killed: that was the plan.
        }
    }
}
