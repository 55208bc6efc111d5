using System.Text;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clients;

/// <summary>redis-cli in the ways that people and scripts use it.</summary>
public sealed class RedisCliTests
{
    [Theory, ClassData(typeof(Transports))]
    public void One_command_a_call(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        Assert.Equal("OK", Cli(server, "SET", "k", "hello world").Output.Trim());
        Assert.Equal("hello world", Cli(server, "GET", "k").Output.Trim());
        Assert.Equal("(integer) 1", Cli(server, "--no-raw", "EXISTS", "k").Output.Trim());
        Assert.Equal("(nil)", Cli(server, "--no-raw", "GET", "missing").Output.Trim());
        Assert.Equal("PONG", Cli(server, "-3", "PING").Output.Trim());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Errors_are_shown_and_set_the_exit_code_when_asked(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        ProgramResult result = Cli(server, "-e", "GET");
        Assert.Equal("ERR wrong number of arguments for 'get' command", result.All.Trim());
        Assert.Equal(1, result.ExitCode);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Comma_separated_output(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        Cli(server, "MSET", "a", "1", "b", "two \"2\"");
        Assert.Equal("\"1\",\"two \\\"2\\\"\",NULL", Cli(server, "--csv", "MGET", "a", "b", "c").Output.Trim());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Commands_from_standard_input(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        ProgramResult result = Feed(server, "SET k 1\nINCR k\nMULTI\nINCR k\nEXEC\nGET k\n");
        Assert.Equal(["OK", "2", "OK", "QUEUED", "3", "3"], result.Lines);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Pipe_mode_loads_a_mass_of_keys(string transport)
    {
        const int Count = 50_000;
        using FastShardServer server = FastShardServer.Start(transport);
        StringBuilder load = new();
        for (int index = 0; index < Count; index++)
        {
            string key = $"key:{index}";
            load.Append($"*3\r\n$3\r\nSET\r\n${key.Length}\r\n{key}\r\n$5\r\nvalue\r\n");
        }

        ProgramResult result = Feed(server, load.ToString(), "--pipe");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"errors: 0, replies: {Count}", result.All);
        Assert.Equal($"{Count}", Cli(server, "DBSIZE").Output.Trim());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Scan_mode_lists_every_key_once(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        string[] keys = [.. Enumerable.Range(0, 500).Select(index => $"user:{index}")];
        Feed(server, string.Concat(keys.Select(key => $"SET {key} x\n")));
        string[] listed = Cli(server, "--scan", "--pattern", "user:*").Lines;
        Assert.Equal(keys.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(Transports))]
    public void Inline_commands_as_typed_into_a_raw_connection(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        client.SendRaw("PING\r\nSET 'a key' \"line\\r\\nbreak\"\nGET \"a key\"\r\n\r\nEXISTS 'a key' nothing\r\n");
        Assert.Equal("PONG", client.Read().Text);
        Assert.Equal("OK", client.Read().Text);
        Assert.Equal("line\r\nbreak", client.Read().Text);
        Assert.Equal(1, client.Read().Integer);
    }

    private static ProgramResult Cli(FastShardServer server, params string[] arguments) =>
        Feed(server, input: "", arguments);

    private static ProgramResult Feed(FastShardServer server, string input, params string[] arguments) =>
        ProgramRun.Run("redis-cli", ["-p", $"{server.Port}", .. arguments], Encoding.UTF8.GetBytes(input));
}
