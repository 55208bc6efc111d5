using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>Loading append-only files: by all shards, while clients are told so.</summary>
[Collection(SequentialGroup.Name)]
public sealed class AppendOnlyLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fs-aof-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Clients_are_told_while_it_lasts_and_an_end_may_be_asked_for()
    {
        using (FastShardServer server = Start("--shards", "4"))
        {
            using RespClient client = server.Connect();
            for (int key = 0; key < 100; key++) client.Run("SET", $"key:{key}", "1");
            Assert.Equal(0, server.Stop());
        }
        // Ten seconds a command: it will not come to the end.
        using (FastShardServer server = FastShardServer.StartLoadingIn(
            _folder, "--appendonly", "yes", "--shards", "4", "--key-load-delay", "10000000"))
        {
            using RespClient client = server.Connect();
            Assert.Equal("LOADING Redis is loading the dataset in memory", client.Run("PING").Text);
            Assert.Equal("LOADING Redis is loading the dataset in memory", client.Run("GET", "key:1").Text);
            string info = "";
            server.Until(
                () => (info = client.Run("INFO", "persistence").Text!).Contains("loading_start_time:"), "it has begun");
            Assert.Contains("loading:1\r\n", info);
            Assert.Matches(@"loading_total_bytes:[1-9]\d*\r\n", info);
            Assert.Equal("OK", client.Run("CONFIG", "SET", "appendfsync", "no").Text);
            Assert.StartsWith("LOADING", client.Run("CONFIG", "SET", "appendonly", "no").Text);
            ProgramResult health = FastShardServer.Run(
                "--health-check", "--port", $"{server.Port}", "--bind", "127.0.0.1");
            Assert.True(health.ExitCode == 0, health.ToString());
            Assert.Equal(0, server.Stop());
        }
        using (FastShardServer server = Start("--shards", "3"))
        {
            using RespClient client = server.Connect();
            Assert.Equal("100", client.Run("DBSIZE").Text);
        }
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("5")]
    public void What_several_shards_have_in_common_keeps_its_order(string shards)
    {
        string digest;
        using (FastShardServer server = Start("--shards", "2"))
        {
            using RespClient client = server.Connect();
            // Each key's value depends on the order, and every fifth command ties some of them together.
            for (int turn = 0; turn < 5000; turn++)
            {
                string key = $"k:{turn % 37}", other = $"k:{turn * 7 % 41}";
                string[] request = (turn % 5) switch
                {
                    0 => ["RENAME", key, other],
                    1 => ["MSET", key, $"{turn}", other, "x"],
                    2 => ["COPY", key, $"copy:{turn % 11}", "REPLACE"],
                    3 when turn % 500 == 3 => ["SWAPDB", "0", "1"],
                    _ => ["APPEND", key, $"{turn}"],
                };
                client.Send(request);
            }
            for (int turn = 0; turn < 5000; turn++) client.Read();
            client.Run("MULTI");
            client.Run("INCR", "in:1");
            client.Run("INCR", "in:2");
            client.Run("EXEC");
            digest = client.Run("DEBUG", "DIGEST").Text!;
            Assert.Equal(0, server.Stop());
        }
        using (FastShardServer server = Start("--shards", shards))
        {
            using RespClient client = server.Connect();
            Assert.Equal(digest, client.Run("DEBUG", "DIGEST").Text);
        }
    }

    private FastShardServer Start(params string[] options) => FastShardServer.StartIn(
        _folder, null, ["--appendonly", "yes", "--enable-debug-command", "yes", .. options]);
}
