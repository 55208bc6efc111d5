using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>
/// Files tell the place in the stream that they are of: who starts from one goes on there, without another snapshot.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class RestartTests : IDisposable
{
    private static readonly string[] Options =
    [
        "--shards", "2", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0", "--save", "3600 100000",
        "--repl-ping-replica-period", "3600",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("fs-restart-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_replica_that_starts_again_goes_on_where_it_was()
    {
        using FastShardServer first = FastShardServer.Start("epoll", Options);
        using RespClient primary = first.Connect();
        WriteLoad.Run(primary, seed: 1, batches: 5);
        using RespClient writer = first.Connect();
        EndReplica(first, primary, writer, first.Port);
        // The stream goes on in the database in which it was.
        Assert.Equal("OK", writer.Run("SET", "meanwhile", "1").Text);
        using FastShardServer again = StartReplica(first.Port);
        using RespClient replica = again.Connect();
        Pair.AssertEqual(first, primary, replica);
        Assert.Equal("1", Pair.Field(primary, "sync_full"));
        Assert.Equal("1", Pair.Field(primary, "sync_partial_ok"));
    }

    [Fact]
    public void Our_file_starts_a_redis_server_and_the_other_way_round()
    {
        using FastShardServer clock = FastShardServer.Start("epoll", Options);
        using RedisServer redis = RedisServer.Start(clock.Folder);
        clock.Until(redis.Answers, "redis-server answers");
        using RespClient primary = redis.Connect();
        WriteLoad.Run(primary, seed: 2, batches: 5);
        using RespClient writer = redis.Connect();
        EndReplica(clock, primary, writer, redis.Port);
        WriteLoad.Run(primary, seed: 3, batches: 1);
        // It takes our file, and goes on from there; then it leaves its own behind, for us.
        string[] options =
            ["--dir", _folder, "--dbfilename", "dump.rdb", "--replicaof", $"127.0.0.1 {redis.Port}"];
        using (RedisServer other = RedisServer.Start(_folder, options))
        {
            clock.Until(other.Answers, "the other redis-server answers");
            using RespClient reader = other.Connect();
            Pair.AssertEqual(clock, primary, reader);
            Assert.Equal("1", Pair.Field(primary, "sync_partial_ok"));
            Assert.Equal("OK", writer.Run("SELECT", "5").Text);
            Assert.Equal("OK", writer.Run("SET", "in", "5").Text);
            Pair.Settle(clock, primary, reader);
            Assert.Equal("OK", reader.Run("SAVE").Text);
        }
        Assert.Equal("OK", writer.Run("SET", "still", "5").Text);
        using FastShardServer again = StartReplica(redis.Port);
        using RespClient replica = again.Connect();
        Pair.AssertEqual(clock, primary, replica);
        Assert.Equal("1", Pair.Field(primary, "sync_full"));
        Assert.Equal("2", Pair.Field(primary, "sync_partial_ok"));
    }

    [Fact]
    public void The_replicas_of_a_primary_that_starts_again_go_on_with_it()
    {
        FastShardServer first = FastShardServer.StartIn(_folder, null, Options);
        int port = first.Port;
        using FastShardServer second = FastShardServer.Start(
            "epoll", [.. Options, "--replicaof", $"127.0.0.1 {port}"]);
        using RedisServer redis = RedisServer.Start(second.Folder, "--replicaof", $"127.0.0.1 {port}");
        second.Until(redis.Answers, "redis-server answers");
        using RespClient own = second.Connect();
        using RespClient foreign = redis.Connect();
        using (first)
        {
            using RespClient primary = first.Connect();
            second.Until(() => Pair.IsUp(own) && Pair.IsUp(foreign), "the replicas are up");
            primary.Run("DEBUG", "SET-ACTIVE-EXPIRE", "0");
            WriteLoad.Run(primary, seed: 4, batches: 5);
            primary.Run("SET", "short", "1", "PX", "1");
            Pair.Settle(first, primary, own);
            Pair.Settle(first, primary, foreign);
            Assert.Equal(0, first.Stop());
        }
        using FastShardServer again = FastShardServer.StartIn(_folder, null, [.. Options, "--port", $"{port}"]);
        using RespClient writer = again.Connect();
        again.Until(() => Pair.IsUp(own) && Pair.IsUp(foreign), "the replicas are up again");
        WriteLoad.Run(writer, seed: 5, batches: 5);
        Pair.AssertEqual(again, writer, own);
        Pair.AssertEqual(again, writer, foreign);
        Assert.Equal("0", Pair.Field(writer, "sync_full"));
        Assert.Equal("2", Pair.Field(writer, "sync_partial_ok"));
        // What was over when the file was loaded is removed everywhere.
        again.Until(() => writer.Run("DBSIZE").Integer == own.Run("DBSIZE").Integer, "nothing is left over");
    }

    // Leaves the file of a replica behind that had all of the primary's stream, and was in another database.
    private void EndReplica(FastShardServer clock, RespClient primary, RespClient writer, int primaryPort)
    {
        using FastShardServer server = StartReplica(primaryPort);
        using RespClient replica = server.Connect();
        server.Until(() => Pair.IsUp(replica), "the replica is up");
        Assert.Equal("OK", writer.Run("SELECT", "7").Text);
        Assert.Equal("OK", writer.Run("SET", "elsewhere", "1").Text);
        Pair.Settle(clock, primary, replica);
        Assert.Equal(0, server.Stop());
    }

    private FastShardServer StartReplica(int primaryPort) =>
        FastShardServer.StartIn(_folder, null, [.. Options, "--replicaof", $"127.0.0.1 {primaryPort}"]);
}
