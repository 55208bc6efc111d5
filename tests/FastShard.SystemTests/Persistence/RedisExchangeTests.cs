using System.Diagnostics;
using System.Text;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>
/// DUMP there and RESTORE here, and the way back, with the redis-server of this machine: of every type and encoding the
/// other side has the same value, as DEBUG DIGEST-VALUE tells it.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class RedisExchangeTests
{
    private static readonly string Long = new('x', 100);

    private static readonly (string Name, string[] Requests)[] Samples =
    [
        ("text", ["SET k hello"]),
        ("integer", ["SET k -12345"]),
        ("compressible text", [$"SET k {Long}{Long}{Long}"]),
        ("large text", ["SETRANGE k 100000 end"]),
        ("hyperloglog", Many(500, number => $"PFADD k {number}")),
        ("short list", ["RPUSH k a 1 -70000 4000000000 " + Long]),
        ("long list", Many(500, number => $"RPUSH k {Long}{number}")),
        ("integers", ["SADD k 1 -2 70000 30"]),
        ("small set", ["SADD k a b 17"]),
        ("large set", Many(700, number => $"SADD k member:{number}")),
        ("small sorted set", ["ZADD k 1 a 2.5 b -inf c +inf d 17 17"]),
        ("large sorted set", Many(300, number => $"ZADD k {number}.25 member:{number}")),
        ("small hash", ["HSET k f v 1 2 g " + Long[..50]]),
        ("large hash", Many(700, number => $"HSET k field:{number} {number}")),
        ("stream", Many(250, number => $"XADD k {number + 1}-1 field {number} other{number % 3} {Long}")),
        ("stream with groups",
        [
            "XADD k 1-1 a b", "XADD k 2-1 a c", "XADD k 3-1 d e f g", "XDEL k 2-1", "XGROUP CREATE k g 0",
            "XREADGROUP GROUP g ann COUNT 1 STREAMS k >", "XREADGROUP GROUP g bob STREAMS k >",
        ]),
    ];

    [Fact]
    public void Values_go_both_ways()
    {
        using FastShardServer server = FastShardServer.Start("epoll", "--enable-debug-command", "yes");
        int port = Ports.Free();
        using Process redis = ProgramRun.Start(
            "redis-server",
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"],
            environment: null,
            server.Folder);
        try
        {
            server.Until(() => Answers(port), "redis-server answers PING");
            using RespClient here = server.Connect();
            using RespClient there = RespClient.Connect(port);
            foreach ((string name, string[] requests) in Samples)
            {
                Carry(name, requests, there, here);
                Carry(name, requests, here, there);
            }
        }
        finally
        {
            redis.Kill();
            redis.WaitForExit();
        }
    }

    private static string[] Many(int count, Func<int, string> request) =>
        [.. Enumerable.Range(0, count).Select(request)];

    private static void Carry(string name, string[] requests, RespClient from, RespClient to)
    {
        from.Run("DEL", "k");
        to.Run("DEL", "k");
        foreach (string request in requests) Assert.False(from.Run(request.Split(' ')).IsError, request);
        RespValue restored = Restore(to, from.Run("DUMP", "k").Bytes!);
        Assert.True(restored.Text == "OK", $"{name}: {restored}");
        string expected = from.Run("DEBUG", "DIGEST-VALUE", "k").ToString();
        string actual = to.Run("DEBUG", "DIGEST-VALUE", "k").ToString();
        Assert.True(expected == actual, $"{name}: {expected} became {actual}");
        if (from.Run("TYPE", "k").Text != "stream") return;
        foreach (string question in (string[])["XINFO GROUPS k", "XPENDING k g"])
            Assert.Equal(from.Run(question.Split(' ')).ToString(), to.Run(question.Split(' ')).ToString());
    }

    private static RespValue Restore(RespClient client, byte[] payload)
    {
        byte[] head = Encoding.ASCII.GetBytes($"*4\r\n$7\r\nRESTORE\r\n$1\r\nk\r\n$1\r\n0\r\n${payload.Length}\r\n");
        client.SendRaw([.. head, .. payload, .. "\r\n"u8]);
        return client.Read();
    }

    private static bool Answers(int port)
    {
        try
        {
            using RespClient client = RespClient.Connect(port);
            return client.Run("PING").Text == "PONG";
        }
        catch (Exception failure) when (failure is System.Net.Sockets.SocketException or IOException)
        {
            return false;
        }
    }
}
