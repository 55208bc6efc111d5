using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>Replicas and files: what is on their disks, and how a snapshot comes in.</summary>
[Collection(SequentialGroup.Name)]
public sealed class DiskTests : IDisposable
{
    private static readonly string[] Options =
        ["--shards", "2", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0", "--save", ""];

    private readonly string _folder = Directory.CreateTempSubdirectory("fs-disk-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    public void WAITAOF_counts_the_replicas_that_have_it_on_their_disks(string policy)
    {
        using FastShardServer first = FastShardServer.Start(
            "epoll", [.. Options, "--appendonly", "yes", "--appendfsync", policy]);
        string[] follow = ["--replicaof", $"127.0.0.1 {first.Port}"];
        using FastShardServer second = FastShardServer.Start(
            "epoll", [.. Options, .. follow, "--appendonly", "yes", "--appendfsync", policy]);
        using FastShardServer without = FastShardServer.Start("epoll", [.. Options, .. follow]);
        using RespClient primary = first.Connect();
        using RespClient replica = second.Connect();
        using RespClient other = without.Connect();
        second.Until(() => Pair.IsUp(replica) && Pair.IsUp(other), "the replicas are up");
        Assert.Equal("OK", primary.Run("SET", "k", "1").Text);
        Assert.Equal("*[:1, :1]", primary.Run("WAITAOF", "1", "1", "9000").ToString());
        Assert.Equal("*[:1, :1]", primary.Run("WAITAOF", "0", "2", "1").ToString());
        Assert.Equal(2, primary.Run("WAIT", "2", "9000").Integer);
        Assert.StartsWith(
            "ERR WAITAOF cannot be used with replica", replica.Run("WAITAOF", "0", "1", "1").Text,
            StringComparison.Ordinal);
        // A client that waits is answered when the disk it waits for comes later.
        Assert.Equal("OK", replica.Run("CONFIG", "SET", "appendonly", "no").Text);
        Assert.Equal("OK", primary.Run("SET", "k", "2").Text);
        primary.Send("WAITAOF", "1", "1", "0");
        using RespClient watcher = first.Connect();
        first.Until(() => Pair.Field(watcher, "blocked_clients") == "1", "it waits");
        Assert.Equal("OK", replica.Run("CONFIG", "SET", "appendonly", "yes").Text);
        Assert.Equal("*[:1, :1]", primary.Read().ToString());
    }

    [Fact]
    public void Behind_a_snapshot_the_file_is_of_the_primarys_data_alone()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using RespClient primary = first.Connect();
        WriteLoad.Run(primary, seed: 1, batches: 5);
        using (FastShardServer second = StartReplica())
        {
            using RespClient replica = second.Connect();
            Assert.Equal("OK", replica.Run("SET", "mine", "1").Text);
            Assert.Equal("OK", replica.Run("REPLICAOF", "127.0.0.1", $"{first.Port}").Text);
            second.Until(() => Pair.IsUp(replica), "the replica is up");
            WriteLoad.Run(primary, seed: 2, batches: 5);
            second.Until(
                () => Pair.Field(replica, "aof_rewrite_in_progress") == "0"
                    && Pair.Field(replica, "aof_rewrite_scheduled") == "0",
                "the file has a new base");
            Assert.Equal("1", Pair.Field(replica, "aof_enabled"));
            WriteLoad.Run(primary, seed: 3, batches: 2);
            Pair.AssertEqual(first, primary, replica);
            Assert.NotEqual(0, second.Stop("KILL"));
        }
        using FastShardServer again = StartReplica();
        using RespClient reader = again.Connect();
        Assert.Equal(primary.Run("DEBUG", "DIGEST").ToString(), reader.Run("DEBUG", "DIGEST").ToString());
    }

    [Theory]
    [InlineData("on-empty-db", "yes")]
    [InlineData("on-empty-db", "no")]
    [InlineData("swapdb", "yes")]
    public void A_snapshot_may_be_loaded_while_it_comes(string load, string diskless)
    {
        using FastShardServer first = FastShardServer.Start("epoll", [.. Options, "--repl-diskless-sync", diskless]);
        using RespClient primary = first.Connect();
        WriteLoad.Run(primary, seed: 1, batches: 10);
        primary.Run("DEBUG", "POPULATE", "20000");
        using FastShardServer second = FastShardServer.Start(
            "epoll", [.. Options, "--repl-diskless-load", load, "--replicaof", $"127.0.0.1 {first.Port}"]);
        using RespClient replica = second.Connect();
        second.Until(() => Pair.IsUp(replica), "the replica is up");
        WriteLoad.Run(primary, seed: 2, batches: 3);
        Pair.AssertEqual(first, primary, replica);
        // With data that would be lost, it waits for the whole.
        Assert.Equal("OK", replica.Run("REPLICAOF", "NO", "ONE").Text);
        Assert.Equal("OK", replica.Run("SET", "mine", "1").Text);
        Assert.Equal("OK", replica.Run("REPLICAOF", "127.0.0.1", $"{first.Port}").Text);
        second.Until(() => Pair.IsUp(replica), "the replica is up again");
        Pair.AssertEqual(first, primary, replica);
        Assert.Equal("2", Pair.Field(primary, "sync_full"));
    }

    [Fact]
    public void Replicas_that_come_in_time_share_a_snapshot()
    {
        using FastShardServer first = FastShardServer.Start(
            "epoll",
            ["--shards", "2", "--repl-diskless-sync-delay", "3600", "--repl-diskless-sync-max-replicas", "2"]);
        using RespClient primary = first.Connect();
        string[] follow = ["--shards", "2", "--replicaof", $"127.0.0.1 {first.Port}"];
        using FastShardServer second = FastShardServer.Start("epoll", follow);
        first.Until(
            () => Pair.Field(primary, "slave0")?.Contains("state=wait_bgsave", StringComparison.Ordinal) == true,
            "the first waits");
        Assert.DoesNotContain("Starting a snapshot", first.Log, StringComparison.Ordinal);
        using FastShardServer third = FastShardServer.Start("epoll", follow);
        using RespClient one = second.Connect();
        using RespClient other = third.Connect();
        first.Until(() => Pair.IsUp(one) && Pair.IsUp(other), "both are up");
        first.Until(
            () => first.Log.Contains("Starting a snapshot for 2 replicas", StringComparison.Ordinal), "both share it");
    }

    private FastShardServer StartReplica() =>
        FastShardServer.StartIn(_folder, null, [.. Options, "--appendonly", "yes"]);
}
