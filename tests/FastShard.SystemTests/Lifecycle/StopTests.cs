using System.Diagnostics;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Lifecycle;

/// <summary>
/// How a server ends: asked by a signal or by a client, with exit code 0 and nothing lost on the way.
/// </summary>
public sealed class StopTests
{
    [Theory, ClassData(typeof(Transports))]
    public void Sigterm_ends_with_zero(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        Assert.Equal(0, server.Stop("TERM"));
    }

    [Theory, ClassData(typeof(Transports))]
    public void Sigint_ends_with_zero(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        Assert.Equal(0, server.Stop("INT"));
    }

    /// <summary>As in the background of a script, whose shell has SIGINT ignored.</summary>
    [Fact]
    public void Sigint_ends_a_server_that_was_started_with_it_ignored()
    {
        string[] arguments =
        [
            "-c", "trap '' INT; exec \"$@\"", "sh",
            ServerBinary.Path, "--port", $"{Ports.Free()}", "--bind", "127.0.0.1", "--save", "",
        ];
        using Process server = ProgramRun.Start("/bin/sh", arguments);
        while (!server.StandardOutput.ReadLine()!.Contains("Ready to accept")) { }
        ProgramRun.Run("kill", "-INT", $"{server.Id}");
        Assert.Contains("SIGINT", server.StandardOutput.ReadToEnd());
        server.WaitForExit();
        Assert.Equal(0, server.ExitCode);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Shutdown_ends_with_zero(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        client.Send("SHUTDOWN", "NOSAVE");
        Assert.True(client.IsClosedByServer());
        Assert.Equal(0, server.WaitForExit());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Idle_connections_do_not_hold_it_up(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient idle = server.Connect();
        Assert.Equal("PONG", idle.Run("PING").Text);
        Assert.Equal(0, server.Stop());
        Assert.True(idle.IsClosedByServer());
    }

    [Theory, ClassData(typeof(Transports))]
    public void Replies_of_executed_commands_are_still_sent(string transport)
    {
        const int Count = 1000;
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        using RespClient witness = server.Connect();
        client.Run("SET", "value", new string('v', 2000));

        // The server has executed them all when the witness sees the last; their replies may wait in its buffers.
        byte[] batch =
        [
            .. Enumerable.Repeat(RespClient.Encode("GET", "value"), Count).SelectMany(bytes => bytes),
            .. RespClient.Encode("SET", "done", "1"),
        ];
        client.SendRaw(batch);
        server.Until(() => witness.Run("GET", "done").Text == "1", "the last command is executed");
        server.Signal("TERM");
        for (int index = 0; index < Count; index++) Assert.Equal(2000, client.Read().Bytes!.Length);
        Assert.Equal("OK", client.Read().Text);
        Assert.Equal(0, server.WaitForExit());
    }

    [Theory, ClassData(typeof(Transports))]
    public void The_port_is_free_again_at_once(string transport)
    {
        using FastShardServer first = FastShardServer.Start(transport);
        using (RespClient client = first.Connect()) client.Run("PING");
        Assert.Equal(0, first.Stop());
        using FastShardServer second = FastShardServer.Start(transport, "--port", $"{first.Port}");
        using RespClient again = first.Connect();
        Assert.Equal("PONG", again.Run("PING").Text);
    }
}
