using System.Diagnostics;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>Snapshot files of the running server: written, loaded, refused, and exchanged with redis-server.</summary>
[Collection(SequentialGroup.Name)]
public sealed class SnapshotFileTests
{
    private const string SnapshotsFail =
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands "
        + "that may modify the data set are disabled, because this instance is configured to report errors during "
        + "writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for "
        + "details about the RDB error.";

    private static readonly string Long = new('x', 100);

    private static readonly string[] Samples =
    [
        "SET text hello", "SET integer -12345", $"SET compressible {Long}{Long}", "SETRANGE blob 100000 end",
        "SET volatile v EX 1000", "PFADD loglog a b c d", $"RPUSH pack a 1 -70000 4000000000 {Long}",
        "SADD integers 1 -2 70000 30", "SADD small a b 17", "ZADD sorted 1 a 2.5 b -inf c +inf d 17 17",
        "HSET hash f v 1 2", "XADD stream 1-1 a b", "XADD stream 2-1 a c", "XGROUP CREATE stream g 0",
        "XREADGROUP GROUP g ann COUNT 1 STREAMS stream >", "SELECT 7", "SET other 1", "SELECT 0",
        .. Many(300, number => $"RPUSH list {Long}{number}"), .. Many(700, number => $"SADD set member:{number}"),
        .. Many(300, number => $"ZADD tree {number}.25 member:{number}"),
        .. Many(700, number => $"HSET table field:{number} {number}"),
        .. Many(250, number => $"XADD log {number + 1}-1 field {number} other{number % 3} {Long}"),
    ];

    [Theory, ClassData(typeof(Transports))]
    public void Files_go_both_ways_between_redis_and_here(string transport)
    {
        using FastShardServer server = FastShardServer.Start(
            transport, "--enable-debug-command", "yes", "--shards", "3");
        using RespClient here = server.Connect();
        foreach (string request in Samples) Assert.False(here.Run(request.Split(' ')).IsError, request);
        string digest = here.Run("DEBUG", "DIGEST").Text!;
        Assert.Equal("OK", here.Run("SAVE").Text);

        ProgramResult check = ProgramRun.Run("redis-check-rdb", Path.Combine(server.Folder, "dump.rdb"));
        Assert.True(check.ExitCode == 0, check.ToString());

        int port = Ports.Free();
        using Process redis = ProgramRun.Start(
            "redis-server",
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes"],
            environment: null, server.Folder);
        try
        {
            server.Until(() => Answers(port), "redis-server answers PING");
            using RespClient there = RespClient.Connect(port);
            Assert.Equal(digest, there.Run("DEBUG", "DIGEST").Text);
            Assert.Equal("OK", there.Run("SAVE").Text);
        }
        finally
        {
            redis.Kill();
            redis.WaitForExit();
        }
        Assert.Equal("OK", here.Run("DEBUG", "RELOAD", "NOSAVE").Text);
        Assert.Equal(digest, here.Run("DEBUG", "DIGEST").Text);
        Assert.InRange(here.Run("TTL", "volatile").Integer, 1, 1000);
    }

    [Theory, ClassData(typeof(Transports))]
    public void The_end_saves_and_the_start_loads(string transport)
    {
        string folder = Directory.CreateTempSubdirectory("fs-").FullName;
        string[] options = ["--dir", folder, "--save", "3600 1", "--shards", "2"];
        using (FastShardServer server = FastShardServer.Start(transport, options))
        {
            using RespClient client = server.Connect();
            foreach (string request in Samples) client.Run(request.Split(' '));
            Assert.Equal(0, server.Stop());
        }
        using (FastShardServer server = FastShardServer.Start(transport, options))
        {
            using RespClient client = server.Connect();
            Assert.Equal("hello", client.Run("GET", "text").Text);
            Assert.Equal(700, client.Run("SCARD", "set").Integer);
            Assert.Contains("rdb_changes_since_last_save:0\r", client.Run("INFO", "persistence").Text);
            client.Run("SET", "text", "not saved");
            client.Send("SHUTDOWN", "NOSAVE");
            Assert.Equal(0, server.WaitForExit());
        }
        using (FastShardServer server = FastShardServer.Start(transport, options))
        {
            using RespClient client = server.Connect();
            Assert.Equal("hello", client.Run("GET", "text").Text);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_save_point_is_kept()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--save", "1 2");
        using RespClient client = server.Connect();
        client.Run("MSET", "a", "1", "b", "2");
        client.Run("SET", "c", "3");
        server.Until(() => File.Exists(Path.Combine(server.Folder, "dump.rdb")), "the save point is kept");
        server.Until(() => Info(client, "rdb_bgsave_in_progress") == "0", "the save ends");
        Assert.Equal("0", Info(client, "rdb_changes_since_last_save"));
        Assert.Equal("ok", Info(client, "rdb_last_bgsave_status"));
    }

    [Fact]
    public void Writes_are_refused_while_saves_fail()
    {
        string folder = Directory.CreateTempSubdirectory("fs-").FullName;
        using FastShardServer server = FastShardServer.Start(
            Transports.Epoll, "--dir", folder, "--save", "3600 100000");
        using RespClient client = server.Connect();
        client.Run("SET", "k", "v");
        client.Run("MULTI");
        client.Run("SET", "k", "w");
        Directory.Delete(folder, recursive: true);
        using (RespClient other = server.Connect())
        {
            Assert.Equal("Background saving started", other.Run("BGSAVE").Text);
            server.Until(() => Info(other, "rdb_last_bgsave_status") == "err", "the save fails");
            Assert.Equal(SnapshotsFail, other.Run("SET", "k", "w").Text);
            Assert.Equal(SnapshotsFail, other.Run("PING").Text);
            Assert.Equal("v", other.Run("GET", "k").Text);
        }
        Assert.Equal("EXECABORT Transaction discarded because of: " + SnapshotsFail, client.Run("EXEC").Text);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "stop-writes-on-bgsave-error", "no").Text);
        Assert.Equal("OK", client.Run("SET", "k", "w").Text);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "stop-writes-on-bgsave-error", "yes").Text);
        Assert.Equal("ERR", client.Run("SAVE").Text);
        Assert.Equal("ERR Errors trying to SHUTDOWN. Check logs.", client.Run("SHUTDOWN").Text);
        Directory.CreateDirectory(folder);
        Assert.Equal("OK", client.Run("SAVE").Text);
        Assert.Equal("OK", client.Run("SET", "k", "x").Text);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_kill_in_the_midst_of_a_save_leaves_the_old_file()
    {
        string folder = Directory.CreateTempSubdirectory("fs-").FullName;
        string[] options = ["--dir", folder, "--save", "", "--enable-debug-command", "yes"];
        string path = Path.Combine(folder, "dump.rdb");
        byte[] old;
        using (FastShardServer server = FastShardServer.Start(Transports.Epoll, options))
        {
            using RespClient client = server.Connect();
            client.Run("SET", "generation", "old");
            client.Run("SAVE");
            old = File.ReadAllBytes(path);
            client.Run("DEBUG", "POPULATE", "1000");
            client.Run("SET", "generation", "new");
            client.Run("CONFIG", "SET", "rdb-key-save-delay", "1000000");
            client.Run("BGSAVE");
            Assert.Equal("1", Info(client, "rdb_bgsave_in_progress"));
        } // which kills it
        Assert.Equal(old, File.ReadAllBytes(path));
        using (FastShardServer server = FastShardServer.Start(Transports.Epoll, options))
        {
            using RespClient client = server.Connect();
            Assert.Equal("old", client.Run("GET", "generation").Text);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_save_can_be_called_off()
    {
        string[] options = ["--rdb-key-save-delay", "1000000", "--enable-debug-command", "yes"];
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, options);
        using RespClient client = server.Connect();
        client.Run("DEBUG", "POPULATE", "1000");
        Assert.Equal(
            "ERR Background saving is currently not in progress or scheduled", client.Run("BGSAVE", "CANCEL").Text);
        Assert.Equal("Background saving started", client.Run("BGSAVE").Text);
        Assert.Equal("ERR Background save already in progress", client.Run("BGSAVE").Text);
        Assert.Equal("ERR Background save already in progress", client.Run("SAVE").Text);
        Assert.Equal("Background saving cancelled", client.Run("BGSAVE", "CANCEL").Text);
        server.Until(() => Info(client, "rdb_bgsave_in_progress") == "0", "the save ends");
        client.Run("MULTI");
        client.Run("BGSAVE");
        Assert.Equal("Background saving scheduled", client.Run("EXEC").Elements![0].Text);
        server.Until(() => Info(client, "rdb_bgsave_in_progress") == "1", "the scheduled save begins");
        Assert.Equal("OK", client.Run("FLUSHALL").Text);
        server.Until(() => Info(client, "rdb_bgsave_in_progress") == "0", "FLUSHALL ends it");
        Assert.Equal("ok", Info(client, "rdb_last_bgsave_status"));
        Assert.Equal("0", Info(client, "rdb_saves"));
        Assert.Equal("ERR syntax error", client.Run("BGSAVE", "LATER").Text);
        Assert.False(File.Exists(Path.Combine(server.Folder, "dump.rdb")));
    }

    [Fact]
    public void A_broken_file_ends_the_start_and_is_left_alone()
    {
        string folder = Directory.CreateTempSubdirectory("fs-").FullName;
        string path = Path.Combine(folder, "dump.rdb");
        using (FastShardServer server = FastShardServer.Start(Transports.Epoll, "--dir", folder))
        {
            using RespClient client = server.Connect();
            foreach (string request in Samples) client.Run(request.Split(' '));
            client.Run("SAVE");
        }
        byte[] broken = File.ReadAllBytes(path)[..5000];
        File.WriteAllBytes(path, broken);
        ProgramResult result = FastShardServer.Run("--port", $"{Ports.Free()}", "--bind", "127.0.0.1", "--dir", folder);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("at byte 5000", result.ToString());
        Assert.Equal(broken, File.ReadAllBytes(path));
        Directory.Delete(folder, recursive: true);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Clients_are_told_while_it_loads(string transport)
    {
        string folder = Directory.CreateTempSubdirectory("fs-").FullName;
        string path = Path.Combine(folder, "dump.rdb");
        string[] options = ["--dir", folder, "--enable-debug-command", "yes"];
        using (FastShardServer server = FastShardServer.Start(transport, options))
        {
            using RespClient client = server.Connect();
            client.Run("DEBUG", "POPULATE", "100000");
            client.Run("SAVE");
        }
        byte[] file = File.ReadAllBytes(path);
        int port = Ports.Free();
        using Process process = ProgramRun.Start(
            ServerBinary.Path,
            [
                "--port", $"{port}", "--bind", "127.0.0.1", "--transport", transport, "--dir", folder, "--save",
                "3600 1", "--key-load-delay", "1000",
            ],
            environment: null, folder);
        try
        {
            while (!Accepts(port)) Assert.False(process.WaitForExit(2));
            using RespClient client = RespClient.Connect(port);
            Assert.Equal("LOADING Redis is loading the dataset in memory", client.Run("GET", "key:1").Text);
            Assert.Equal("LOADING Redis is loading the dataset in memory", client.Run("PING").Text);
            string info = client.Run("INFO", "persistence").Text!;
            Assert.Contains("loading:1\r", info);
            Assert.Contains($"loading_total_bytes:{file.Length}\r", info);
            ProgramRun.Run("/bin/sh", "-c", $"kill -TERM {process.Id}");
            Assert.True(process.WaitForExit(20_000));
            Assert.Equal(0, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        Assert.Equal(file, File.ReadAllBytes(path)); // what was loaded in part is not saved
        Directory.Delete(folder, recursive: true);
    }

    private static string[] Many(int count, Func<int, string> request) =>
        [.. Enumerable.Range(0, count).Select(request)];

    private static string Info(RespClient client, string field)
    {
        string line = client.Run("INFO", "persistence").Text!.Split("\r\n").First(line => line.StartsWith(field + ":"));
        return line[(field.Length + 1)..];
    }

    private static bool Accepts(int port)
    {
        try
        {
            using RespClient client = RespClient.Connect(port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static bool Answers(int port)
    {
        try
        {
            using RespClient client = RespClient.Connect(port);
            return client.Run("PING").Text == "PONG";
        }
        catch (Exception failure) when (failure is System.Net.Sockets.SocketException or IOException)
        {
            return false;
        }
    }
}
