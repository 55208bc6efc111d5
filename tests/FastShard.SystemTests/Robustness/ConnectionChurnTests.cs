using System.Net.Sockets;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Robustness;

/// <summary>
/// Connections come and go by the thousand while others work: no descriptor and no memory stays behind, however a
/// connection ends.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class ConnectionChurnTests
{
    private const int RoundConnections = 3000;
    private const int Rounds = 4;
    private const int WarmUpRounds = 8;

    // What a round may add to resident memory, which is nothing, but for the collector's and the allocator's own needs.
    private const long SlackBytes = 8 * 1024 * 1024;

    // Counted exactly; the connections of the moment have some.
    private const long BufferSlackBytes = 1024 * 1024;

    [Theory, ClassData(typeof(Transports))]
    public async Task Nothing_stays_behind(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using var done = new CancellationTokenSource();
        Task[] load =
        [
            .. Enumerable.Range(0, 2).Select(at => Task.Factory.StartNew(
                () => Work(server, at, done.Token), TaskCreationOptions.LongRunning)),
        ];
        using RespClient observer = server.Connect();
        // The first rounds fill pools and the collector's budget, which stay: some 20,000 connections do.
        for (int round = 0; round < WarmUpRounds; round++) Churn(server);
        server.Until(() => InfoOf(observer, "connected_clients") == 1 + load.Length, "the first rounds are gone");
        int descriptors = Descriptors(server);
        long resident = server.ResidentBytes();
        long buffers = InfoOf(observer, "mem_clients_normal");
        for (int round = 0; round < Rounds; round++) Churn(server);
        server.Until(() => InfoOf(observer, "connected_clients") == 1 + load.Length, "the last round is gone");
        Assert.Equal(descriptors, Descriptors(server));
        Assert.InRange(server.ResidentBytes(), 0, resident + SlackBytes);
        Assert.InRange(InfoOf(observer, "mem_clients_normal"), 0, buffers + BufferSlackBytes);
        await done.CancelAsync();
        await Task.WhenAll(load);
        Assert.Equal(0, server.Stop());
    }

    private static void Churn(FastShardServer server)
    {
        for (int number = 0; number < RoundConnections; number++)
        {
            using RespClient client = server.Connect();
            switch (number % 6)
            {
                case 0: // says nothing at all
                    break;
                case 1: // ends in the middle of a request
                    client.SendRaw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$50000\r\nabc");
                    break;
                case 2: // does not wait for its replies
                    client.SendRaw(string.Concat(Enumerable.Repeat("GET big\r\n", 20)));
                    break;
                case 3: // leaves a transaction and a watch
                    client.Run("WATCH", "k", $"k{number}");
                    client.Run("MULTI");
                    client.Run("SET", "k", "v");
                    break;
                case 4: // ends with a reset
                    client.Run("CLIENT", "SETNAME", "churn");
                    client.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    break;
                default:
                    Assert.Equal("OK", client.Run("SET", $"key:{number % 100}", "value").Text);
                    break;
            }
        }
    }

    private static void Work(FastShardServer server, int number, CancellationToken done)
    {
        using RespClient client = server.Connect();
        client.Run("SET", "big", new string('x', 100_000));
        for (int round = 0; !done.IsCancellationRequested; round++)
        {
            for (int at = 0; at < 50; at++) client.Send("SET", $"work:{number}:{at}", $"{round}");
            for (int at = 0; at < 50; at++) Assert.Equal("OK", client.Read().Text);
        }
    }

    private static long InfoOf(RespClient observer, string field)
    {
        string info = observer.Run("INFO").Text!;
        string line = info.Split("\r\n").First(text => text.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1]);
    }

    private static int Descriptors(FastShardServer server) =>
        Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd").Length;
}
