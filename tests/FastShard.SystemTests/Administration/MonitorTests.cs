using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Administration;

public sealed class MonitorTests
{
    private static string Read(RespClient monitor)
    {
        string line = monitor.Read().Text!;
        return line[(line.IndexOf(']') + 2)..];
    }

    [Theory, ClassData(typeof(Transports))]
    public void Sees_commands_of_all_shards_in_order_and_no_passwords(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient monitor = server.Connect();
        using RespClient client = server.Connect();
        Assert.Equal("OK", monitor.Run("MONITOR").Text);
        for (int key = 0; key < 10; key++) client.Run("SET", $"key{key}", "\"quoted\"\r\n\u0001");
        for (int key = 0; key < 10; key++)
            Assert.Equal($"\"SET\" \"key{key}\" \"\\\"quoted\\\"\\r\\n\\x01\"", Read(monitor));
        client.Run("AUTH", "secret");
        client.Run("CONFIG", "SET", "requirepass", "");
        client.Run("HELLO", "2", "AUTH", "default", "secret", "SETNAME", "me");
        Assert.Equal("\"AUTH\" \"(redacted)\"", Read(monitor));
        Assert.Equal("\"HELLO\" \"2\" \"AUTH\" \"(redacted)\" \"(redacted)\" \"SETNAME\" \"me\"", Read(monitor));
    }

    [Theory, ClassData(typeof(Transports))]
    public void Sees_a_transaction_when_it_runs(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient monitor = server.Connect();
        using RespClient client = server.Connect();
        Assert.Equal("OK", monitor.Run("MONITOR").Text);
        client.Run("MULTI");
        client.Run("SET", "a", "1");
        client.Run("INCR", "b");
        client.Run("EXEC");
        string[] lines = [Read(monitor), Read(monitor), Read(monitor), Read(monitor)];
        Assert.Equal(["\"MULTI\"", "\"SET\" \"a\" \"1\"", "\"INCR\" \"b\"", "\"EXEC\""], lines);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Reset_ends_it(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient monitor = server.Connect();
        using RespClient client = server.Connect();
        Assert.Equal("OK", monitor.Run("MONITOR").Text);
        Assert.Equal("RESET", monitor.Run("RESET").Text);
        client.Run("SET", "a", "1");
        Assert.Equal("PONG", monitor.Run("PING").Text);
    }
}
