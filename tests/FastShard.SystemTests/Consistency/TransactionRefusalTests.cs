using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Consistency;

/// <summary>What becomes of a transaction when the commands that govern it are refused themselves.</summary>
public sealed class TransactionRefusalTests
{
    private const string Aborted = "EXECABORT Transaction discarded because of previous errors.";

    private const string WrongExec =
        "EXECABORT Transaction discarded because of: wrong number of arguments for 'exec' command";

    [Theory, ClassData(typeof(Transports))]
    public void A_refused_EXEC_ends_the_transaction(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "3");
        using RespClient client = server.Connect();
        using RespClient other = server.Connect();
        Assert.Equal("OK", client.Run("WATCH", "a", "b", "c", "d").Text);
        Assert.Equal("OK", client.Run("MULTI").Text);
        Assert.Equal("QUEUED", client.Run("SET", "k", "queued").Text);
        Assert.Equal(WrongExec, client.Run("EXEC", "x").Text);
        Assert.Equal("ERR EXEC without MULTI", client.Run("EXEC").Text);
        Assert.True(client.Run("GET", "k").IsNull);
        // The watches ended with it.
        other.Run("MSET", "a", "1", "b", "1", "c", "1", "d", "1");
        client.Run("MULTI");
        client.Run("SET", "k", "later");
        Assert.Equal("OK", client.Run("EXEC").Elements![0].Text);
        Assert.Equal(WrongExec, client.Run("EXEC", "x").Text);
        Assert.Equal("later", client.Run("GET", "k").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_stranger_s_EXEC_says_why_it_aborts(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--requirepass", "secret");
        using RespClient stranger = server.Connect();
        Assert.Equal(
            "EXECABORT Transaction discarded because of: NOAUTH Authentication required.",
            stranger.Run("EXEC").Text);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Other_refusals_let_it_stand_and_doom_it(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        foreach (string refused in (string[])["DISCARD x", "MULTI x", "WATCH", "UNWATCH x", "RESET x", "GET", "NONE"])
        {
            client.Run("MULTI");
            client.Run("SET", "k", "v");
            Assert.StartsWith("ERR ", client.Run(refused.Split(' ')).Text);
            Assert.Equal("QUEUED", client.Run("SET", "k", "v").Text);
            Assert.Equal(Aborted, client.Run("EXEC").Text);
        }
        // What only an argument's value or the moment forbids dooms nothing.
        foreach (string forbidden in (string[])["WATCH k", "MULTI"])
        {
            client.Run("MULTI");
            client.Run("INCR", "n");
            Assert.StartsWith("ERR ", client.Run(forbidden.Split(' ')).Text);
            Assert.Single(client.Run("EXEC").Elements!);
        }
        Assert.Equal("2", client.Run("GET", "n").Text);
        Assert.True(client.Run("GET", "k").IsNull);
    }
}
