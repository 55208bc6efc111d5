using System.Net.Sockets;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Robustness;

/// <summary>What a server does when a client, or all of them, take more than their share.</summary>
[Collection(SequentialGroup.Name)]
public sealed class LimitTests
{
    [Theory, ClassData(typeof(Transports))]
    public void One_client_too_many_is_told_so(string transport)
    {
        const int Limit = 10;
        using FastShardServer server = FastShardServer.Start(transport, "--maxclients", $"{Limit}");
        List<RespClient> clients = [];
        try
        {
            // The probe of the start may still be open on the server's side: fill up what is left.
            server.Until(() => ConnectUntilRefused(server, clients) == Limit, "all places are taken");
            using RespClient refused = server.Connect();
            Assert.Equal("ERR max number of clients reached", refused.Read().Text);
            Assert.True(refused.IsClosedByServer());
            Assert.Equal("PONG", clients[0].Run("PING").Text);

            clients[^1].Dispose();
            clients.RemoveAt(clients.Count - 1);
            server.Until(() => ConnectUntilRefused(server, clients) == Limit, "a place that became free is given away");
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_client_that_never_reads_is_cut(string transport)
    {
        const int ValueBytes = 100_000;
        const int Requests = 2_000; // Two hundred megabytes of replies, of which the limit allows four.
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient witness = server.Connect();
        witness.Run("SET", "value", new string('x', ValueBytes));
        Assert.Equal("OK", witness.Run("CONFIG", "SET", "client-output-buffer-limit", "normal 4mb 0 0").Text);

        using RespClient deaf = server.Connect();
        byte[] request = RespClient.Encode("GET", "value");
        byte[] requests = [.. Enumerable.Repeat(request, Requests).SelectMany(bytes => bytes)];
        try
        {
            deaf.SendRaw(requests);
        }
        catch (SocketException)
        {
            // Cut while it was still asking: that is what the test is about.
        }

        server.Until(() => !witness.Run("CLIENT", "LIST").Text!.Contains("cmd=get"), "the deaf client is cut");
        Assert.Equal("PONG", witness.Run("PING").Text);
        Assert.True(server.ResidentBytes() < 150_000_000, $"{server.ResidentBytes()} bytes");
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_reply_that_nobody_will_get_is_not_written_to_its_end(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient witness = server.Connect();
        const string Limits = "normal 1mb 0 0 pubsub 0 0 0";
        Assert.Equal("OK", witness.Run("CONFIG", "SET", "client-output-buffer-limit", Limits).Text);
        foreach (string key in (string[])[Slots.KeyOn(0, 2), Slots.KeyOn(1, 2)])
        {
            // Gigabytes of replies.
            AssertCut(server, witness, ["HSET", key, "field", "value"], ["HRANDFIELD", key, "-999999999"]);
            AssertCut(server, witness, ["SADD", key, "member"], ["SRANDMEMBER", key, "-999999999"]);
            AssertCut(server, witness, ["ZADD", key, "1", "member"], ["ZRANDMEMBER", key, "-999999999"]);
        }

        Assert.True(server.ResidentBytes() < 400_000_000, $"{server.ResidentBytes()} bytes");
    }

    private static void AssertCut(FastShardServer server, RespClient witness, string[] filling, string[] request)
    {
        witness.Run("FLUSHALL");
        witness.Run(filling);
        using RespClient client = server.Connect();
        client.Send(request);
        Assert.ThrowsAny<IOException>(client.Read);
        Assert.Equal("PONG", witness.Run("PING").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Ten_thousand_connections(string transport)
    {
        const int Count = 10_000;
        using FastShardServer server = FastShardServer.Start(transport, "--maxclients", $"{Count + 100}");
        List<RespClient> clients = new(Count);
        try
        {
            for (int index = 0; index < Count; index++) clients.Add(server.Connect());
            foreach (RespClient client in clients) client.Send("PING");
            foreach (RespClient client in clients) Assert.Equal("PONG", client.Read().Text);
            Assert.Contains($"connected_clients:{Count}\r\n", clients[0].Run("INFO", "clients").Text!);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        using RespClient witness = server.Connect();
        server.Until(
            () => witness.Run("INFO", "clients").Text!.Contains("connected_clients:1\r\n"), "all of them are gone");
        Assert.Equal(0, server.Stop());
    }

    /// <summary>Connects until the server refuses one, and returns how many it holds.</summary>
    private static int ConnectUntilRefused(FastShardServer server, List<RespClient> clients)
    {
        while (true)
        {
            RespClient client = server.Connect();
            try
            {
                if (client.Run("PING").Text == "PONG")
                {
                    clients.Add(client);
                    continue;
                }
            }
            catch (IOException)
            {
                // Refused and reset before the error was read.
            }
            catch (SocketException)
            {
                // Refused before the request was sent.
            }

            client.Dispose();
            return clients.Count;
        }
    }
}
