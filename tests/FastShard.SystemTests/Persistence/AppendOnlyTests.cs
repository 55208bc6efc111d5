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
            // Without files there is nothing to load, and nothing to lose.
            Assert.Equal("OK", client.Run("CONFIG", "SET", "appendonly", "no").Text);
            Assert.StartsWith("ERR Error trying to load the AOF", client.Run("DEBUG", "LOADAOF").Text);
            Assert.Equal("1", client.Run("GET", "more").Text);
        }
        using (FastShardServer server = FastShardServer.StartIn(_folder, null, "--enable-debug-command", "yes"))
        {
            // Its log has never run.
            using RespClient client = server.Connect();
            Assert.StartsWith("ERR Error trying to load the AOF", client.Run("DEBUG", "LOADAOF").Text);
            Assert.Equal("PONG", client.Run("PING").Text);
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
