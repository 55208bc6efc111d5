using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>Directives of the append-only file, by what they change in a running server.</summary>
[Collection(SequentialGroup.Name)]
public sealed class AppendOnlyDirectiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fs-aof-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public void Times_are_noted_in_the_file_and_read_over(string preamble)
    {
        using (FastShardServer server = Start("--aof-timestamp-enabled", "yes", "--aof-use-rdb-preamble", preamble))
        {
            using RespClient client = server.Connect();
            Assert.Equal("OK", client.Run("SET", "noted", "1").Text);
            Assert.Matches(@"\A#TS:\d{10}\r\n\*2\r\n\$6\r\nSELECT\r\n", File.ReadAllText(Journal("*.1.incr.aof")));
            client.Run("BGREWRITEAOF");
            server.Until(() => client.Run("INFO", "persistence").Text!.Contains("aof_rewrites:1"), "rewritten");
            if (preamble == "no") Assert.Matches(@"\A#TS:\d{10}\r\n\*", File.ReadAllText(Journal("*.base.aof")));
            Assert.Equal("OK", client.Run("SET", "behind", "1").Text);
            Assert.Equal(0, server.Stop());
        }
        using (FastShardServer server = Start("--aof-use-rdb-preamble", preamble))
        {
            using RespClient client = server.Connect();
            Assert.Equal("2", client.Run("EXISTS", "noted", "behind").Text);
            long length = new FileInfo(Journal("*.incr.aof")).Length;
            client.Run("SET", "unnoted", "1");
            Assert.DoesNotContain("#TS", File.ReadAllText(Journal("*.incr.aof"))[(int)length..]);
        }
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public void Nothing_is_forced_to_disk_while_a_snapshot_is_written_if_so_wanted(string isWanted)
    {
        FaultyDisk disk = new(_folder);
        using FastShardServer server = FastShardServer.StartIn(
            _folder, disk.Environment, "--appendonly", "yes", "--appendfsync", "always",
            "--no-appendfsync-on-rewrite", isWanted);
        using RespClient client = server.Connect();
        client.Run("SET", "k", "1");
        client.Run("CONFIG", "SET", "rdb-key-save-delay", "20000000");
        client.Run("BGSAVE");
        disk.Fail("sync");
        if (isWanted == "yes") Assert.Equal("OK", client.Run("SET", "unforced", "1").Text);
        else client.Send("SET", "forced", "1");
        using RespClient other = server.Connect();
        if (isWanted == "no")
        {
            server.Until(
                () => other.Run("INFO", "persistence").Text!.Contains("aof_last_write_status:err"), "it was tried");
        }
        Assert.Contains("rdb_bgsave_in_progress:1", other.Run("INFO", "persistence").Text);
        disk.Fail("");
        if (isWanted == "no") Assert.Equal("OK", client.Read().Text);
    }

    [Fact]
    public void A_transaction_that_turns_it_off_or_on_stays_together()
    {
        using FastShardServer server = Start("--shards", "2");
        using RespClient client = server.Connect();
        RunTogether(client, "off", "no");
        string text = File.ReadAllText(Journal("*.1.incr.aof"));
        Assert.Matches(@"MULTI\r\n(.|\n)*off:a(.|\n)*off:b(.|\n)*off:c(.|\n)*off:d(.|\n)*EXEC\r\n\z", text);
        RunTogether(client, "on", "yes");
        const string Idle = "aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0";
        server.Until(() => client.Run("INFO", "persistence").Text!.Contains(Idle), "rewritten");
        Assert.Contains("aof_enabled:1", client.Run("INFO", "persistence").Text);
        string digest = client.Run("DEBUG", "DIGEST").Text!;
        Assert.Equal("OK", client.Run("DEBUG", "LOADAOF").Text);
        Assert.Equal(digest, client.Run("DEBUG", "DIGEST").Text);
        Assert.Equal("8", client.Run("DBSIZE").Text);
    }

    private static void RunTogether(RespClient client, string name, string isOn)
    {
        client.Run("MULTI");
        client.Run("SET", $"{name}:a", "1");
        client.Run("SET", $"{name}:b", "1");
        client.Run("CONFIG", "SET", "appendonly", isOn);
        client.Run("SET", $"{name}:c", "1");
        client.Run("SET", $"{name}:d", "1");
        Assert.Equal(5, client.Run("EXEC").Elements!.Count);
    }

    private FastShardServer Start(params string[] options) => FastShardServer.StartIn(
        _folder, null, ["--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "yes", .. options]);

    private string Journal(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(_folder, "appendonlydir"), pattern).Single();
}
