using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>CLIENT CAPA redirect: a replica names its primary to those who know what to do with that.</summary>
public sealed class RedirectTests
{
    // Nobody listens there: a replica knows its primary's address all the same.
    private const string Host = "127.0.0.1";
    private const string Port = "1";
    private const string Redirect = "REDIRECT 127.0.0.1:1";

    [Theory, ClassData(typeof(Transports))]
    public void A_replica_sends_reads_and_writes_to_its_primary(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient plain = server.Connect();
        using RespClient clever = server.Connect();
        Assert.Equal("OK", clever.Run("CLIENT", "CAPA", "telepathy", "redirect").Text);
        Assert.Equal("OK", clever.Run("SET", "k", "v").Text);
        Assert.Equal("OK", plain.Run("REPLICAOF", Host, Port).Text);
        foreach (string[] request in (string[][])[["GET", "k"], ["SET", "k", "w"], ["KEYS", "*"]])
            Assert.Equal(Redirect, clever.Run(request).Text);
        Assert.Equal("PONG", clever.Run("PING").Text);
        Assert.Equal("v", plain.Run("GET", "k").Text);
        Assert.StartsWith("READONLY ", plain.Run("SET", "k", "w").Text);
        Assert.Equal("OK", clever.Run("READONLY").Text);
        Assert.Equal("v", clever.Run("GET", "k").Text);
        Assert.Equal(Redirect, clever.Run("SET", "k", "w").Text);
        Assert.Equal("OK", clever.Run("READWRITE").Text);
        Assert.Equal(Redirect, clever.Run("GET", "k").Text);
        Assert.StartsWith("ERR ", plain.Run("READONLY").Text);
        Assert.Equal("RESET", clever.Run("RESET").Text);
        Assert.Equal("v", clever.Run("GET", "k").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_transaction_is_redirected_as_a_whole(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using RespClient plain = server.Connect();
        using RespClient clever = server.Connect();
        clever.Run("CLIENT", "CAPA", "redirect");
        clever.Run("WATCH", "k");
        clever.Run("MULTI");
        Assert.Equal("QUEUED", clever.Run("SET", "k", "v").Text);
        plain.Run("REPLICAOF", Host, Port);
        Assert.Equal(Redirect, clever.Run("EXEC").Text);
        Assert.Equal("ERR EXEC without MULTI", clever.Run("EXEC").Text);
        clever.Run("MULTI");
        Assert.Equal(Redirect, clever.Run("GET", "k").Text);
        Assert.Equal("EXECABORT Transaction discarded because of previous errors.", clever.Run("EXEC").Text);
        clever.Run("MULTI");
        clever.Run("PING");
        Assert.Equal("*[+PONG]", clever.Run("EXEC").ToString());
        plain.Run("REPLICAOF", "NO", "ONE");
        Assert.True(clever.Run("GET", "k").IsNull);
        Assert.Equal("OK", clever.Run("SET", "k", "v").Text);
    }
}
