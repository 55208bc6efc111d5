using System.Net.Sockets;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Administration;

public sealed class ClientCommandTests
{
    [Theory, ClassData(typeof(Transports))]
    public void Lists_and_kills_by_filters(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient admin = server.Connect();
        using RespClient first = server.Connect();
        using RespClient second = server.Connect();
        Assert.Equal("OK", first.Run("CLIENT", "SETNAME", "first").Text);
        Assert.Equal("OK", second.Run("CLIENT", "SETINFO", "LIB-NAME", "tests").Text);
        long id = second.Run("CLIENT", "ID").Integer;

        string listed = admin.Run("CLIENT", "LIST", "NAME", "first").Text!;
        Assert.Contains(" name=first ", listed);
        Assert.Single(listed.TrimEnd().Split('\n'));
        Assert.Contains($"id={id} ", admin.Run("CLIENT", "LIST", "ID", $"{id}").Text);
        Assert.DoesNotContain("name=first", admin.Run("CLIENT", "LIST", "NOT-NAME", "first").Text);

        Assert.Equal(1, admin.Run("CLIENT", "KILL", "LIB-NAME", "tests").Integer);
        Assert.True(second.IsClosedByServer());
        Assert.Equal("PONG", first.Run("PING").Text);
        Assert.Equal("ERR No such client", admin.Run("CLIENT", "KILL", "1.2.3.4:5").Text);
        Assert.Equal(1, admin.Run("CLIENT", "KILL", "NAME", "first", "SKIPME", "no").Integer);
        Assert.True(first.IsClosedByServer());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Killing_oneself_still_gets_the_reply(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        long id = client.Run("CLIENT", "ID").Integer;
        Assert.Equal(1, client.Run("CLIENT", "KILL", "ID", $"{id}", "SKIPME", "no").Integer);
        Assert.True(client.IsClosedByServer());
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_pause_of_writes_holds_writes_and_no_reads(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient admin = server.Connect();
        using RespClient writer = server.Connect();
        using RespClient reader = server.Connect();
        Assert.Equal("OK", admin.Run("CLIENT", "PAUSE", "60000", "WRITE").Text);
        writer.Send("SET", "key", "value");
        server.Until(() => admin.Run("INFO", "clients").Text!.Contains("blocked_clients:1"), "the writer is held");
        Assert.True(reader.Run("GET", "key").IsNull);
        Assert.Equal("OK", admin.Run("CLIENT", "UNPAUSE").Text);
        Assert.Equal("OK", writer.Read().Text);
        Assert.Equal("value", reader.Run("GET", "key").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_pause_ends_by_itself_and_a_transaction_is_paused_at_exec(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient admin = server.Connect();
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Run("MULTI").Text);
        Assert.Equal("QUEUED", client.Run("SET", "a", "1").Text);
        Assert.Equal("OK", admin.Run("CLIENT", "PAUSE", "300", "ALL").Text);
        client.Send("EXEC");
        Assert.Equal("*[+OK]", client.Read().ToString());
    }

    // The first command of a connection, so that nothing was ever written to its output before.
    [Theory, ClassData(typeof(Transports))]
    public void Replies_can_be_switched_off(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        client.SendRaw("CLIENT REPLY OFF\r\nPING\r\nGET x y\r\nNONSENSE\r\n");
        Assert.Equal("OK", client.Run("CLIENT", "REPLY", "ON").Text);
        client.SendRaw("CLIENT REPLY SKIP\r\nPING\r\nPING seen\r\n");
        Assert.Equal("seen", client.Read().Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void The_largest_client_is_evicted(string transport)
    {
        const int Limit = 3_000_000;
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient admin = server.Connect();
        using RespClient small = server.Connect();
        using RespClient large = server.Connect();
        Assert.Equal("PONG", small.Run("PING").Text);
        Assert.Equal("PONG", large.Run("PING").Text);
        Assert.Equal("OK", admin.Run("CONFIG", "SET", "maxmemory-clients", $"{Limit}").Text);
        try
        {
            large.SendRaw($"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${Limit}\r\n");
            large.SendRaw(new byte[Limit - 1]);
        }
        catch (SocketException)
        {
            // Cut while it was still sending.
        }
        Assert.True(large.IsClosedByServer());
        Assert.Equal("PONG", small.Run("PING").Text);
        Assert.Contains("evicted_clients:1\r\n", admin.Run("INFO", "stats").Text);
    }
}
