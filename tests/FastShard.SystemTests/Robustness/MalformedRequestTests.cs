using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Robustness;

/// <summary>
/// Whatever bytes arrive: an error that says what is wrong, an end to that connection, and nobody else notices.
/// </summary>
public sealed class MalformedRequestTests
{
    private static readonly (string Bytes, string Error)[] Broken =
    [
        ("*1\r\n$2000000000\r\n", "ERR Protocol error: invalid bulk length"),
        ("*1\r\n$-7\r\n", "ERR Protocol error: invalid bulk length"),
        ("*1\r\n$99999999999999999999\r\n", "ERR Protocol error: invalid bulk length"),
        ("*4000000000\r\n", "ERR Protocol error: invalid multibulk length"),
        ("*words\r\n", "ERR Protocol error: invalid multibulk length"),
        ("*1\r\n:1\r\n", "ERR Protocol error: expected '$', got ':'"),
        ("SET \"unbalanced\r\n", "ERR Protocol error: unbalanced quotes in request"),
        ("*" + new string('1', 70_000), "ERR Protocol error: too big mbulk count string"),
        (new string('x', 70_000), "ERR Protocol error: too big inline request"),
    ];

    [Theory, ClassData(typeof(Transports))]
    public void Broken_requests_get_their_error_and_the_end(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient bystander = server.Connect();
        foreach ((string bytes, string error) in Broken)
        {
            using RespClient client = server.Connect();
            client.SendRaw(bytes);
            Assert.Equal(error, client.Read().Text);
            Assert.True(client.IsClosedByServer());
            Assert.Equal("PONG", bystander.Run("PING").Text);
        }

        Assert.Equal(0, server.Stop());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Commands_before_the_broken_one_are_still_answered(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        client.SendRaw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n*1\r\n$oops\r\n");
        Assert.Equal("OK", client.Read().Text);
        Assert.Equal("v", client.Read().Text);
        Assert.Equal("ERR Protocol error: invalid bulk length", client.Read().Text);
        Assert.True(client.IsClosedByServer());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Random_bytes_never_end_the_server(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        Random random = new(20_250_101);
        for (int round = 0; round < 200; round++)
        {
            byte[] bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            if (round % 2 == 0) bytes[0] = (byte)'*';
            using RespClient client = server.Connect();
            client.SendRaw(bytes);
        }

        using RespClient witness = server.Connect();
        Assert.Equal("PONG", witness.Run("PING").Text);
        Assert.Equal(0, server.Stop());
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_request_may_come_byte_by_byte(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        client.Socket.NoDelay = true;
        foreach (byte part in RespClient.Encode("SET", "slow", "value")) client.SendRaw([part]);
        Assert.Equal("OK", client.Read().Text);
        foreach (byte part in RespClient.Encode("GET", "slow")) client.SendRaw([part]);
        Assert.Equal("value", client.Read().Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_client_may_vanish_in_the_middle_of_a_request(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        for (int round = 0; round < 100; round++)
        {
            using RespClient client = server.Connect();
            client.SendRaw("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\nonly the beginning");
            client.Socket.LingerState = new(enable: true, seconds: 0); // Closing sends a reset.
        }

        using RespClient witness = server.Connect();
        server.Until(() => ConnectedClients(witness) == 1, "the server forgets the vanished clients");
        Assert.True(witness.Run("GET", "k").IsNull);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_value_of_many_megabytes(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        string value = new('x', 20_000_000);
        Assert.Equal("OK", client.Run("SET", "big", value).Text);
        Assert.Equal(value.Length, client.Run("STRLEN", "big").Integer);
        Assert.Equal(value, client.Run("GET", "big").Text);
    }

    private static int ConnectedClients(RespClient witness)
    {
        string info = witness.Run("INFO", "clients").Text!;
        string line = info.Split("\r\n").First(text => text.StartsWith("connected_clients:"));
        return int.Parse(line.Split(':')[1]);
    }
}
