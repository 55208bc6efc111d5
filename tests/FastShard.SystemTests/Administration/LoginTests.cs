using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Administration;

public sealed class LoginTests
{
    [Theory, ClassData(typeof(Transports))]
    public void A_password_is_asked_for(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--requirepass", "s\u00e9cret");
        using RespClient client = server.Connect();
        Assert.Equal("NOAUTH Authentication required.", client.Run("GET", "key").Text);
        Assert.StartsWith("NOAUTH HELLO must be called", client.Run("HELLO", "3").Text);
        Assert.StartsWith("WRONGPASS", client.Run("AUTH", "wrong").Text);
        Assert.StartsWith("WRONGPASS", client.Run("AUTH", "nobody", "s\u00e9cret").Text);
        Assert.Equal("OK", client.Run("AUTH", "s\u00e9cret").Text);
        Assert.True(client.Run("GET", "key").IsNull);
        Assert.Equal("RESET", client.Run("RESET").Text);
        Assert.Equal("NOAUTH Authentication required.", client.Run("GET", "key").Text);
        RespValue greeting = client.Run("HELLO", "3", "AUTH", "default", "s\u00e9cret", "SETNAME", "me");
        Assert.Equal('%', greeting.Type);
        Assert.Equal("me", client.Run("CLIENT", "GETNAME").Text);
        Assert.Contains("acl_access_denied_auth:2\r\n", client.Run("INFO", "stats").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Hello_refuses_what_it_does_not_know(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        Assert.Equal("NOPROTO unsupported protocol version", client.Run("HELLO", "4").Text);
        Assert.Equal("ERR Protocol version is not an integer or out of range", client.Run("HELLO", "x").Text);
        Assert.Equal("ERR Syntax error in HELLO option 'NONSENSE'", client.Run("HELLO", "3", "NONSENSE").Text);
        Assert.Contains("cannot contain spaces", client.Run("HELLO", "3", "SETNAME", "a b").Text);
        Assert.Equal('*', client.Run("HELLO").Type);
    }
}
