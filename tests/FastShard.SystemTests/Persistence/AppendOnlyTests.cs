using System.Diagnostics;
using System.Text;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>The append-only file of a running server: written, loaded again, exchanged with redis-server.</summary>
[Collection(SequentialGroup.Name)]
public sealed class AppendOnlyTests : IDisposable
{
    private static readonly string[] Requests =
    [
        "SET s hello", "SET t 1 EX 1000", "INCRBYFLOAT f 1.5", "APPEND s world", "SETRANGE z 100 end", "GETDEL z",
        "MSET a{1} 1 b{2} 2 c{3} 3", "RPUSH l a b c d", "LMOVE l m LEFT RIGHT", "LPOP l", "SADD u 1 2 3 4 5 6 7 8 9",
        "SPOP u 3", "ZADD y 1 a 2 b 3 c", "ZPOPMIN y", "HSET h f 1 g 2", "HINCRBYFLOAT h f 0.25", "PFADD p 1 2 3",
        "XADD x * f v", "XADD x MAXLEN ~ 10 * f w", "XGROUP CREATE x g 0", "XREADGROUP GROUP g me STREAMS x >",
        "GEOADD q 13.361389 38.115556 Palermo", "BITFIELD w SET u8 0 200", "SORT l ALPHA STORE sorted",
        "SELECT 5", "SET s five", "COPY s t", "SELECT 0", "SWAPDB 5 6", "PEXPIRE h 500000", "RENAME m n",
        "BITOP OR r s w", "SUNIONSTORE v u u", "ZUNIONSTORE yy 1 y WEIGHTS 2", "DEL c{3}",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("fs-aof-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    [InlineData("no")]
    public void What_was_written_is_there_after_a_restart(string policy)
    {
        string digest;
        using (FastShardServer server = Start(policy))
        {
            using RespClient client = server.Connect();
            RunAll(client);
            digest = client.Run("DEBUG", "DIGEST").Text!;
            Assert.Equal(0, server.Stop());
        }
        using (FastShardServer server = Start(policy))
        {
            using RespClient client = server.Connect();
            Assert.Equal(digest, client.Run("DEBUG", "DIGEST").Text);
            Assert.Equal("OK", client.Run("SET", "more", "1").Text);
            Assert.Equal("OK", client.Run("DEBUG", "LOADAOF").Text);
            Assert.Equal("1", client.Run("GET", "more").Text);
            Assert.Contains("aof_enabled:1", client.Run("INFO", "persistence").Text);
            // What the files are of is loaded while nothing is added to them.
            Assert.Equal("OK", client.Run("CONFIG", "SET", "appendonly", "no").Text);
            Assert.Equal("OK", client.Run("SET", "less", "1").Text);
            Assert.Equal("OK", client.Run("DEBUG", "LOADAOF").Text);
            Assert.Equal("1", client.Run("GET", "more").Text);
            Assert.Equal("0", client.Run("EXISTS", "less").Text);
        }
        using (FastShardServer server = FastShardServer.StartIn(
            _folder, null, "--enable-debug-command", "yes", "--appenddirname", "other"))
        {
            // Its log has never run. Without files there is nothing to load, and nothing to lose.
            using RespClient client = server.Connect();
            Assert.Equal("OK", client.Run("SET", "less", "1").Text);
            Assert.StartsWith("ERR Error trying to load the AOF", client.Run("DEBUG", "LOADAOF").Text);
            Assert.Equal("1", client.Run("GET", "less").Text);
        }
    }

    [Fact]
    public void Redis_loads_our_folder_and_we_load_its()
    {
        string digest;
        using (FastShardServer server = Start("everysec"))
        {
            using RespClient client = server.Connect();
            RunAll(client);
            digest = client.Run("DEBUG", "DIGEST").Text!;
            Assert.Equal(0, server.Stop());
        }
        using (Process redis = StartRedis(_folder, out int port))
        {
            using RespClient client = RespClient.Connect(port);
            Assert.Equal(digest, client.Run("DEBUG", "DIGEST").Text);
            client.Run("SET", "from", "redis");
            client.Run("MULTI");
            client.Run("INCR", "in");
            client.Run("INCR", "transaction");
            client.Run("EXEC");
            digest = client.Run("DEBUG", "DIGEST").Text!;
            client.Send("SHUTDOWN");
            Assert.True(redis.WaitForExit(20_000));
        }
        using (FastShardServer server = Start("everysec"))
        {
            using RespClient client = server.Connect();
            Assert.Equal(digest, client.Run("DEBUG", "DIGEST").Text);
        }
    }

    [Fact]
    public void A_rewrite_leaves_the_same_data_in_fewer_bytes()
    {
        string digest;
        using (FastShardServer server = Start("everysec"))
        {
            using RespClient client = server.Connect();
            for (int count = 0; count < 20_000; count++) client.Send("INCR", $"counter:{count % 10}");
            for (int count = 0; count < 20_000; count++) client.Read();
            RunAll(client);
            client.Run("DEBUG", "LOADAOF");
            long before = Size();
            Assert.Equal("Background append only file rewriting started", client.Run("BGREWRITEAOF").Text);
            AwaitRewrite(server, client);
            Assert.Contains("aof_rewrites:1", client.Run("INFO", "persistence").Text);
            Assert.Equal("OK", client.Run("SET", "after", "rewrite").Text);
            digest = client.Run("DEBUG", "DIGEST").Text!;
            Assert.True(Size() < before / 2, $"{before} bytes became {Size()}");
            server.Signal("KILL");
            server.WaitForExit();
        }
        // The last command may not have been written when the process was killed.
        using (FastShardServer server = Start("everysec"))
        {
            using RespClient client = server.Connect();
            client.Run("SET", "after", "rewrite");
            Assert.Equal(digest, client.Run("DEBUG", "DIGEST").Text);
            Assert.Equal(0, server.Stop());
        }
        using Process redis = StartRedis(_folder, out int port);
        using RespClient there = RespClient.Connect(port);
        Assert.Equal(digest, there.Run("DEBUG", "DIGEST").Text);
        redis.Kill();
        redis.WaitForExit();
    }

    [Fact]
    public void A_client_can_wait_for_the_disk()
    {
        using FastShardServer server = Start("everysec");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Run("SET", "k", "v").Text);
        Assert.Equal("*[:1, :0]", client.Run("WAITAOF", "1", "0", "0").ToString());
        Assert.Equal("*[:1, :0]", client.Run("WAITAOF", "0", "1", "20").ToString());
        client.Run("CONFIG", "SET", "appendfsync", "no");
        client.Run("SET", "k", "w");
        Assert.Equal("*[:0, :0]", client.Run("WAITAOF", "1", "0", "20").ToString());
        client.Send("WAITAOF", "1", "0", "0");
        using RespClient other = server.Connect();
        server.Until(() => other.Run("INFO", "clients").Text!.Contains("blocked_clients:1"), "it waits");
        other.Run("CONFIG", "SET", "appendfsync", "everysec");
        other.Run("SET", "wakes", "it");
        Assert.Equal("*[:1, :0]", client.Read().ToString());
        other.Run("CONFIG", "SET", "appendonly", "no");
        Assert.StartsWith("ERR WAITAOF cannot be used when numlocal", client.Run("WAITAOF", "1", "0", "0").Text);
    }

    [Fact]
    public void It_can_be_turned_on_and_off_while_the_server_runs()
    {
        using (FastShardServer server = FastShardServer.StartIn(_folder, null, "--enable-debug-command", "yes"))
        {
            using RespClient client = server.Connect();
            client.Run("SET", "before", "1");
            Assert.Equal("OK", client.Run("CONFIG", "SET", "appendonly", "yes").Text);
            client.Run("SET", "while", "1");
            AwaitRewrite(server, client);
            Assert.Equal("OK", client.Run("CONFIG", "SET", "appendonly", "no").Text);
            client.Run("SET", "after", "1");
            Assert.Equal("OK", client.Run("CONFIG", "SET", "appendonly", "yes").Text);
            client.Run("DEL", "before");
            AwaitRewrite(server, client);
            Assert.Equal(0, server.Stop());
        }
        using (FastShardServer server = Start("always"))
        {
            using RespClient client = server.Connect();
            Assert.Equal("2", client.Run("DBSIZE").Text);
            Assert.Equal("1", client.Run("GET", "after").Text);
        }
    }

    [Fact]
    public void A_torn_tail_is_cut_off_and_told_of()
    {
        using (FastShardServer server = Start("always"))
        {
            using RespClient client = server.Connect();
            client.Run("SET", "whole", "1");
            Assert.Equal(0, server.Stop());
        }
        string file = Directory.EnumerateFiles(Path.Combine(_folder, "appendonlydir"), "*.incr.aof").Single();
        long length = new FileInfo(file).Length;
        File.AppendAllText(file, "*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n");
        ProgramResult refused = FastShardServer.Run(
            "--port", "0", "--dir", _folder, "--appendonly", "yes", "--aof-load-truncated", "no");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"offset {length}", refused.Errors);
        using (FastShardServer server = Start("always"))
        {
            using RespClient client = server.Connect();
            Assert.Equal("1", client.Run("DBSIZE").Text);
            Assert.Contains($"cut off at offset {length}", server.Log);
        }
        Assert.Equal(length, new FileInfo(file).Length);
        File.AppendAllText(file, "what is this?\r\n");
        refused = FastShardServer.Run("--port", "0", "--dir", _folder, "--appendonly", "yes");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"Bad file format reading the append only file, at offset {length}", refused.Errors);
        Assert.Equal(length + "what is this?\r\n".Length, new FileInfo(file).Length);
    }

    [Theory]
    [InlineData("always", "full", "No space left on device")]
    [InlineData("always", "sync", "Input/output error")]
    [InlineData("everysec", "broken", "Input/output error")]
    [InlineData("everysec", "sync", "Input/output error")]
    [InlineData("everysec", "short", "No space left on device")]
    public void A_failing_disk_refuses_writes_and_not_reads(string policy, string fault, string words)
    {
        FaultyDisk disk = new(_folder);
        string hanging;
        using (FastShardServer server = FastShardServer.StartIn(
            _folder, disk.Environment, "--appendonly", "yes", "--appendfsync", policy, "--enable-debug-command", "yes"))
        {
            using RespClient client = server.Connect();
            using RespClient other = server.Connect();
            Assert.Equal("OK", client.Run("SET", "good", "1").Text);
            disk.Fail(fault);
            // With `always` the reply of a write that did not reach the disk waits until it does.
            client.Send("SET", "hanging", "1");
            string refusal = $"MISCONF Errors writing to the AOF file: {words}";
            // Short writes fail only now and then, and are gone on with at once.
            server.Until(
                () => fault == "short"
                    ? server.Log.Contains($"Error writing to the AOF file: {words}")
                    : other.Run("INFO", "persistence").Text!.Contains("aof_last_write_status:err"),
                "refused");
            if (fault != "short") Assert.Equal(refusal, other.Run("SET", "refused", "1").Text);
            Assert.Equal("1", other.Run("GET", "good").Text);
            disk.Fail("");
            hanging = client.Read().Text!;
            // With `everysec` the disk may have been found broken before the write came.
            if (policy == "always" || hanging != refusal) Assert.Equal("OK", hanging);
            server.Until(() => other.Run("SET", "recovered", "1").Text == "OK", "recovery");
            server.Stop();
        }
        using (FastShardServer server = Start(policy))
        {
            using RespClient client = server.Connect();
            Assert.Equal("1", client.Run("GET", "good").Text);
            Assert.Equal(hanging == "OK" ? "1" : null, client.Run("GET", "hanging").Text);
            Assert.Equal("1", client.Run("GET", "recovered").Text);
            if (fault != "short") Assert.True(client.Run("GET", "refused").IsNull);
        }
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void A_reply_that_waits_for_the_disk_behind_one_that_waits_for_its_client_comes(string transport)
    {
        const int Length = 20_000_000;
        using FastShardServer server = FastShardServer.Start(
            transport, "--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "yes");
        using RespClient client = server.Connect();
        using RespClient other = server.Connect();
        Assert.Equal(Length, client.Run("SETRANGE", "x", $"{Length - 1}", "x").Integer);
        Assert.Equal("OK", other.Run("DEBUG", "AOF-FLUSH-SLEEP", "300000").Text);
        for (int round = 1; round <= 3; round++)
        {
            client.Send("GET", "x"); // more than sockets hold
            client.Send("INCR", "n");
            server.Until(() => other.Run("GET", "n").Text == $"{round}", "both have run");
            Assert.Equal(Length, client.Read().Text!.Length);
            Assert.Equal(round, client.Read().Integer);
        }
    }

    [Fact]
    public void A_folder_that_is_not_written_to_gets_a_base_of_its_own()
    {
        string digest;
        using (FastShardServer server = FastShardServer.StartIn(_folder, null, "--enable-debug-command", "yes"))
        {
            using RespClient client = server.Connect();
            RunAll(client);
            digest = client.Run("DEBUG", "DIGEST").Text!;
            Assert.Equal("Background append only file rewriting started", client.Run("BGREWRITEAOF").Text);
            AwaitRewrite(server, client);
            server.Until(() => File.Exists(ManifestPath), "the manifest is there");
            Assert.Equal("file appendonly.aof.1.base.rdb seq 1 type b\n", File.ReadAllText(ManifestPath));
            Assert.Equal("OK", client.Run("SET", "later", "1").Text);
            Assert.Equal("Background append only file rewriting started", client.Run("BGREWRITEAOF").Text);
            AwaitRewrite(server, client);
            server.Until(
                () => File.ReadAllText(ManifestPath) == "file appendonly.aof.2.base.rdb seq 2 type b\n",
                "there is another");
            Assert.Equal(1, client.Run("DEL", "later").Integer);
            Assert.Equal("Background append only file rewriting started", client.Run("BGREWRITEAOF").Text);
            server.Until(() => File.ReadAllText(ManifestPath).Contains("seq 3"), "there is a third");
        }
        using (FastShardServer server = Start("everysec"))
        {
            using RespClient client = server.Connect();
            Assert.Equal(digest, client.Run("DEBUG", "DIGEST").Text);
        }
    }

    [Fact]
    public void A_single_old_file_moves_into_the_folder_also_when_that_was_interrupted()
    {
        string old = Path.Combine(_folder, "appendonly.aof");
        File.WriteAllText(old, "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\n1\r\n");
        Directory.CreateDirectory(Path.GetDirectoryName(ManifestPath)!);
        File.WriteAllText(ManifestPath, "file appendonly.aof seq 1 type b\n");
        using FastShardServer server = Start("everysec");
        using RespClient client = server.Connect();
        Assert.Equal("1", client.Run("GET", "k").Text);
        Assert.False(File.Exists(old));
        Assert.Equal(
            "file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
            File.ReadAllText(ManifestPath));
    }

    [Theory]
    [InlineData("yes", "rdb")]
    [InlineData("no", "aof")]
    public void An_empty_start_makes_a_base(string preamble, string ending)
    {
        using FastShardServer server = FastShardServer.StartIn(
            _folder, null, "--appendonly", "yes", "--aof-use-rdb-preamble", preamble);
        Assert.Equal(
            $"file appendonly.aof.1.base.{ending} seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
            File.ReadAllText(ManifestPath));
        Assert.True(File.Exists(Path.Combine(_folder, "appendonlydir", "appendonly.aof.1.base." + ending)));
    }

    [Fact]
    public void Files_that_were_kept_are_removed_when_they_need_not_be()
    {
        using FastShardServer server = Start("everysec");
        using RespClient client = server.Connect();
        Assert.Equal("OK", client.Run("CONFIG", "SET", "aof-disable-auto-gc", "yes").Text);
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal("Background append only file rewriting started", client.Run("BGREWRITEAOF").Text);
            AwaitRewrite(server, client);
        }
        server.Until(() => File.ReadAllText(ManifestPath).Contains("3.base.rdb seq 3 type b"), "two rewrites are done");
        Assert.Equal(
            "file appendonly.aof.3.base.rdb seq 3 type b\n"
            + "file appendonly.aof.2.incr.aof seq 2 type h\nfile appendonly.aof.2.base.rdb seq 2 type h\n"
            + "file appendonly.aof.1.incr.aof seq 1 type h\nfile appendonly.aof.1.base.rdb seq 1 type h\n"
            + "file appendonly.aof.3.incr.aof seq 3 type i\n",
            File.ReadAllText(ManifestPath));
        Assert.Equal("OK", client.Run("CONFIG", "SET", "aof-disable-auto-gc", "no").Text);
        Assert.Equal(
            "file appendonly.aof.3.base.rdb seq 3 type b\nfile appendonly.aof.3.incr.aof seq 3 type i\n",
            File.ReadAllText(ManifestPath));
        Assert.Equal(3, Directory.GetFiles(Path.GetDirectoryName(ManifestPath)!).Length);
    }

    private string ManifestPath => Path.Combine(_folder, "appendonlydir", "appendonly.aof.manifest");

    private static void AwaitRewrite(FastShardServer server, RespClient client) => server.Until(
        () =>
        {
            string info = client.Run("INFO", "persistence").Text!;
            return info.Contains("aof_rewrite_in_progress:0") && info.Contains("aof_rewrite_scheduled:0");
        },
        "the rewrite is over");

    private static void RunAll(RespClient client)
    {
        foreach (string request in Requests)
        {
            RespValue reply = client.Run(request.Split(' '));
            Assert.False(reply.IsError, $"{request}: {reply}");
        }
    }

    private FastShardServer Start(string policy) => FastShardServer.StartIn(
        _folder, null, "--appendonly", "yes", "--appendfsync", policy, "--enable-debug-command", "yes");

    private static Process StartRedis(string folder, out int port)
    {
        port = Ports.Free();
        Process redis = ProgramRun.Start(
            "redis-server",
            [
                "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--appendonly", "yes",
                "--enable-debug-command", "yes", "--auto-aof-rewrite-percentage", "0",
            ],
            environment: null,
            folder);
        StringBuilder output = new();
        ProgramRun.Collect(redis, output, output);
        Stopwatch watch = Stopwatch.StartNew();
        while (!Answers(port))
        {
            if (redis.WaitForExit(5) || watch.Elapsed.TotalSeconds > 20)
                throw new InvalidOperationException($"redis-server does not answer:\n{output}");
        }
        return redis;
    }

    private static bool Answers(int port)
    {
        try
        {
            using RespClient client = RespClient.Connect(port);
            return client.Run("PING").Text == "PONG";
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private long Size() => Directory.EnumerateFiles(Path.Combine(_folder, "appendonlydir"))
        .Sum(static file => new FileInfo(file).Length);
}
