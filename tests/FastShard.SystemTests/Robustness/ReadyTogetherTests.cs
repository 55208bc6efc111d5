using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Robustness;

/// <summary>
/// Connections that the server finds ready in one wait are received from before the first of them runs. Whatever one of
/// them does to another meanwhile (kills it, takes its shard, floods it), each gets its own answers.
/// </summary>
public sealed class ReadyTogetherTests
{
    private const int Rounds = 12;
    private static readonly string s_large = new('x', 100_000);

    public static TheoryData<string, string> Cases { get; } = new()
    {
        { "epoll", "1" }, { "epoll", "2" }, { "pipelines", "2" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Each_gets_its_own_answers(string transport, string shards)
    {
        using FastShardServer server = FastShardServer.Start(
            transport, "--shards", shards, "--enable-debug-command", "yes");
        using RespClient sleeper = server.Connect();
        RespClient[] clients = [.. Enumerable.Range(0, 32).Select(_ => server.Connect())];
        for (int round = 0; round < Rounds; round++) Round(server, sleeper, clients, round);
        Assert.Equal($"{Rounds * 4}", sleeper.Run("GET", "transactions").Text);
        foreach (RespClient client in clients) client.Dispose();
        Assert.Equal(0, server.Stop());
    }

    private static void Round(FastShardServer server, RespClient sleeper, RespClient[] clients, int round)
    {
        long victim = clients[1].Run("CLIENT", "ID").Integer;
        // While every shard is held nobody is received from, so that all are ready at once afterwards.
        sleeper.Send("DEBUG", "SLEEP", "0.05");
        for (int at = 0; at < clients.Length; at++) Ask(clients[at], at, round, victim);
        Assert.Equal("OK", sleeper.Read().Text);
        for (int at = 0; at < clients.Length; at++)
        {
            if (at == 1 || at % 8 == 5) clients[at] = Replaced(server, clients[at], at);
            else Check(clients[at], at, round);
        }
    }

    private static void Ask(RespClient client, int at, int round, long victim)
    {
        switch (at % 8)
        {
            case 0 when at == 0:
                client.Send("CLIENT", "KILL", "ID", $"{victim}");
                break;
            case 2:
                client.SendRaw("*2\r\n$4\r\nECHO\r\n$9\r\nin ");
                client.SendRaw("pie");
                break;
            case 3:
                client.SendRaw([.. Request("MULTI"), .. Request("INCR", "transactions"), .. Request("EXEC")]);
                break;
            case 4:
                client.SendRaw("PING\r\n");
                break;
            case 5:
                client.SendRaw("*2\r\n$4\r\nECHO\r\n$1\r\na\r\n*1\r\n!bad\r\n");
                break;
            case 6:
                client.SendRaw([.. Request("MSET", $"a{at}", $"{round}", $"b{at}", "1", $"c{at}", "2"),
                    .. Request("MGET", $"c{at}", $"a{at}")]);
                break;
            case 7:
                client.SendRaw([.. Request("SET", $"large{at}", s_large), .. Request("GET", $"large{at}")]);
                break;
            default:
                client.Send("ECHO", $"{at}:{round}");
                break;
        }
    }

    private static void Check(RespClient client, int at, int round)
    {
        switch (at % 8)
        {
            case 0 when at == 0:
                Assert.Equal(1, client.Read().Integer);
                break;
            case 2:
                client.SendRaw("ces\r\n");
                Assert.Equal("in pieces", client.Read().Text);
                break;
            case 3:
                Assert.Equal("OK", client.Read().Text);
                Assert.Equal("QUEUED", client.Read().Text);
                Assert.Equal('*', client.Read().Type);
                break;
            case 4:
                Assert.Equal("PONG", client.Read().Text);
                break;
            case 6:
                Assert.Equal("OK", client.Read().Text);
                Assert.Equal(["2", $"{round}"], client.Read().Elements!.Select(element => element.Text));
                break;
            case 7:
                Assert.Equal("OK", client.Read().Text);
                Assert.Equal(s_large, client.Read().Text);
                break;
            default:
                Assert.Equal($"{at}:{round}", client.Read().Text);
                break;
        }
    }

    // The victim, which may have been answered before it was killed, and those who broke the protocol.
    private static RespClient Replaced(FastShardServer server, RespClient client, int at)
    {
        if (at != 1)
        {
            Assert.Equal("a", client.Read().Text);
            Assert.StartsWith("ERR Protocol error", client.Read().Text, StringComparison.Ordinal);
        }
        Assert.True(client.IsClosedByServer());
        client.Dispose();
        return server.Connect();
    }

    private static byte[] Request(params string[] arguments) => RespClient.Encode(arguments);
}
