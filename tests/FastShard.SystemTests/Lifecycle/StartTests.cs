using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Lifecycle;

/// <summary>A server that cannot start says why in one clear line and ends with 1.</summary>
public sealed class StartTests
{
    [Theory, ClassData(typeof(Transports))]
    public void A_port_in_use_is_one_line(string transport)
    {
        using FastShardServer first = FastShardServer.Start(transport);
        ProgramResult second =
            FastShardServer.Run("--port", $"{first.Port}", "--bind", "127.0.0.1", "--transport", transport);
        Assert.Equal(1, second.ExitCode);
        string line = Assert.Single(Complaints(second));
        Assert.Contains($"{first.Port}", line);
        Assert.Contains("in use", line, StringComparison.OrdinalIgnoreCase);
        using RespClient client = first.Connect();
        Assert.Equal("PONG", client.Run("PING").Text);
    }

    [Fact]
    public void The_pidfile_is_there_while_the_server_runs()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--pidfile", "{folder}/server.pid");
        string path = Path.Combine(server.Folder, "server.pid");
        Assert.Equal($"{server.ProcessId}\n", File.ReadAllText(path));
        Assert.Equal(0, server.Stop());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void A_pidfile_that_cannot_be_written_is_a_warning()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--pidfile", "/nowhere/server.pid");
        using RespClient client = server.Connect();
        Assert.Equal("PONG", client.Run("PING").Text);
        server.Until(() => server.Log.Contains("pidfile", StringComparison.Ordinal), "the warning is logged");
    }

    [Theory]
    [InlineData("--prot", "7000", "port")]
    [InlineData("--maxclient", "10", "maxclients")]
    [InlineData("--shard", "2", "shards")]
    public void An_unknown_option_names_the_nearest(string option, string value, string nearest)
    {
        ProgramResult result = FastShardServer.Run(option, value);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(nearest, result.All);
        Assert.Contains(option.TrimStart('-'), result.All);
    }

    [Theory]
    [InlineData("--port", "words")]
    [InlineData("--port", "70000")]
    [InlineData("--transport", "pigeons")]
    [InlineData("--maxmemory", "many")]
    public void A_bad_value_is_named_with_its_option(string option, string value)
    {
        ProgramResult result = FastShardServer.Run(option, value);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(option.TrimStart('-'), result.All);
        Assert.Contains(value, result.All);
    }

    [Fact]
    public void A_bad_configuration_file_is_named_with_the_line()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "# a comment\nport 7000\nmaxclinets 10\n");
            ProgramResult result = FastShardServer.Run(path);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("maxclinets", result.All);
            Assert.Contains("maxclients", result.All);
            Assert.Contains("3", result.All);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_missing_configuration_file_is_named()
    {
        ProgramResult result = FastShardServer.Run("/nowhere/fastshard.conf");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("/nowhere/fastshard.conf", result.All);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_configuration_file_and_options_together(string transport)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "maxclients 77\ntimeout 5\n");
            using FastShardServer server = FastShardServer.StartWithFile(path, transport, "--timeout", "9");
            using RespClient client = server.Connect();
            Assert.Equal("77", client.Run("CONFIG", "GET", "maxclients").Elements![1].Text);
            Assert.Equal("9", client.Run("CONFIG", "GET", "timeout").Elements![1].Text);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory, ClassData(typeof(Transports))]
    public void The_health_check_tells_whether_the_server_answers(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        Assert.Equal(0, FastShardServer.Run("--port", $"{server.Port}", "--health-check").ExitCode);
        Assert.Equal(0, server.Stop());
        Assert.Equal(1, FastShardServer.Run("--port", $"{server.Port}", "--health-check").ExitCode);
    }

    private static IEnumerable<string> Complaints(ProgramResult result) =>
        result.All.Split('\n').Where(line => line.Contains("in use", StringComparison.OrdinalIgnoreCase));
}
