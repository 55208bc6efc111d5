using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>A primary ends when its replicas have what was written, and not before it has waited for them.</summary>
[Collection(SequentialGroup.Name)]
public sealed class ShutdownTests
{
    private const string Refusal = "ERR Errors trying to SHUTDOWN. Check logs.";

    private static readonly string[] Options = ["--shards", "2", "--repl-diskless-sync-delay", "0"];

    [Theory]
    [InlineData("epoll", "SHUTDOWN")]
    [InlineData("pipelines", "TERM")]
    public void It_waits_for_a_replica_that_has_not_all(string transport, string how)
    {
        using FastShardServer primary = FastShardServer.Start(transport, [.. Options, "--shutdown-timeout", "1000"]);
        using FastShardServer replica = StartReplica(primary);
        using RespClient client = primary.Connect();
        using RespClient other = primary.Connect();
        using RespClient follower = replica.Connect();
        AwaitOnline(primary, client);
        replica.Signal("STOP");
        Assert.Equal(1, client.Run("INCR", "k").Integer);
        if (how == "TERM") primary.Signal("TERM");
        else client.Send("SHUTDOWN");
        primary.Until(() => Pair.Field(other, "shutdown_in_milliseconds") is not null, "the end is waited for");
        Assert.Equal("1", other.Run("GET", "k").Text);
        other.Send("INCR", "k"); // is held back, and never runs
        replica.Signal("CONT");
        Assert.Equal(0, primary.WaitForExit());
        Assert.Contains("1 of 1 replicas are in sync when shutting down.", primary.Log);
        replica.Until(() => follower.Run("GET", "k").Text == "1", "the replica has all");
        Assert.True(other.IsClosedByServer());
        Assert.Equal("1", follower.Run("GET", "k").Text);
    }

    [Fact]
    public void It_waits_no_longer_than_it_should()
    {
        using FastShardServer primary = FastShardServer.Start("epoll", [.. Options, "--shutdown-timeout", "1"]);
        using FastShardServer replica = StartReplica(primary);
        using RespClient client = primary.Connect();
        AwaitOnline(primary, client);
        replica.Signal("STOP");
        Assert.Equal(1, client.Run("INCR", "k").Integer);
        client.Send("SHUTDOWN");
        Assert.True(client.IsClosedByServer());
        Assert.Equal(0, primary.WaitForExit());
        replica.Signal("CONT");
        Assert.Contains("Waiting for replicas before shutting down.", primary.Log);
        Assert.Contains("Lagging replica 127.0.0.1:", primary.Log);
        Assert.Contains("0 of 1 replicas are in sync when shutting down.", primary.Log);
    }

    [Fact]
    public void Now_waits_for_nobody()
    {
        using FastShardServer primary = FastShardServer.Start("epoll", [.. Options, "--shutdown-timeout", "1000"]);
        using FastShardServer replica = StartReplica(primary);
        using RespClient client = primary.Connect();
        AwaitOnline(primary, client);
        replica.Signal("STOP");
        Assert.Equal(1, client.Run("INCR", "k").Integer);
        client.Send("SHUTDOWN", "NOW");
        Assert.Equal(0, primary.WaitForExit());
        replica.Signal("CONT");
        Assert.DoesNotContain("Waiting for replicas", primary.Log);
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void It_is_called_off(string transport)
    {
        using FastShardServer primary = FastShardServer.Start(transport, [.. Options, "--shutdown-timeout", "1000"]);
        using FastShardServer replica = StartReplica(primary);
        using RespClient client = primary.Connect();
        using RespClient one = primary.Connect();
        using RespClient two = primary.Connect();
        AwaitOnline(primary, client);
        Assert.Equal("ERR No shutdown in progress.", client.Run("SHUTDOWN", "ABORT").Text);
        replica.Signal("STOP");
        Assert.Equal(1, client.Run("INCR", "k").Integer);
        long id = one.Run("CLIENT", "ID").Integer;
        one.Send("SHUTDOWN");
        two.Send("SHUTDOWN", "NOSAVE");
        primary.Until(() => Pair.Field(client, "blocked_clients") == "2", "both wait");
        Assert.Equal(0, client.Run("CLIENT", "UNBLOCK", $"{id}").Integer);
        Assert.Equal("OK", client.Run("SHUTDOWN", "ABORT").Text);
        Assert.Equal(Refusal, one.Read().Text);
        Assert.Equal(Refusal, two.Read().Text);
        Assert.Null(Pair.Field(client, "shutdown_in_milliseconds"));
        Assert.Equal(2, client.Run("INCR", "k").Integer);
        Assert.Equal("PONG", one.Run("PING").Text);
        replica.Signal("CONT");
        primary.Until(() => primary.Log.Contains("Shutdown manually aborted."), "it says so");
    }

    [Fact]
    public void A_second_interrupt_ends_at_once()
    {
        using FastShardServer primary = FastShardServer.Start("epoll", [.. Options, "--shutdown-timeout", "1000"]);
        using FastShardServer replica = StartReplica(primary);
        using RespClient client = primary.Connect();
        AwaitOnline(primary, client);
        replica.Signal("STOP");
        Assert.Equal(1, client.Run("INCR", "k").Integer);
        primary.Signal("INT");
        primary.Until(() => Pair.Field(client, "shutdown_in_milliseconds") is not null, "the end is waited for");
        Assert.Equal(1, primary.Stop("INT"));
        replica.Signal("CONT");
        Assert.Contains("You insist... exiting now.", primary.Log);
    }

    [Fact]
    public void A_first_base_that_is_being_written_keeps_it_from_ending()
    {
        using FastShardServer primary = FastShardServer.Start("epoll", "--shards", "2");
        using RespClient client = primary.Connect();
        Assert.Equal("OK", client.Run("SET", "k", "1").Text);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "rdb-key-save-delay", "10000000").Text);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "appendonly", "yes").Text);
        Assert.Equal(Refusal, client.Run("SHUTDOWN").Text);
        primary.Until(() => primary.Log.Contains("Writing initial AOF, can't exit."), "it says why");
        client.Send("SHUTDOWN", "NOSAVE", "FORCE");
        Assert.Equal(0, primary.WaitForExit());
    }

    private static FastShardServer StartReplica(FastShardServer primary) =>
        FastShardServer.Start("epoll", [.. Options, "--replicaof", $"127.0.0.1 {primary.Port}"]);

    private static void AwaitOnline(FastShardServer server, RespClient client) => server.Until(
        () => Pair.Field(client, "slave0") is { } line && line.Contains("state=online", StringComparison.Ordinal),
        "the replica is online");
}
