using System.Net.Sockets;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Lifecycle;

/// <summary>Where a server can be reached, and by whom.</summary>
public sealed class ListenTests
{
    [Theory, ClassData(typeof(Transports))]
    public void A_unix_socket_serves_beside_the_port(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--unixsocket", "{folder}/s");
        using RespClient local = RespClient.Connect(new UnixDomainSocketEndPoint(server.SocketPath));
        using RespClient remote = server.Connect();
        Assert.Equal("OK", local.Run("SET", "k", "through the socket").Text);
        Assert.Equal("through the socket", remote.Run("GET", "k").Text);
        Assert.Equal("PONG", ProgramRun.Run("redis-cli", "-s", server.SocketPath, "PING").Output.Trim());
    }

    [Theory, ClassData(typeof(Transports))]
    public void The_unix_socket_goes_with_the_server(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--unixsocket", "{folder}/s");
        Assert.True(File.Exists(server.SocketPath));
        Assert.Equal(0, server.Stop());
        Assert.False(File.Exists(server.SocketPath));
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_password_is_asked_for(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--requirepass", "secret");
        using RespClient client = server.Connect();
        Assert.Equal("NOAUTH Authentication required.", client.Run("GET", "k").Text);
        Assert.StartsWith("WRONGPASS", client.Run("AUTH", "guess").Text);
        Assert.Equal("OK", client.Run("AUTH", "secret").Text);
        Assert.Equal("OK", client.Run("SET", "k", "v").Text);
        ProgramResult cli = ProgramRun.Run("redis-cli", "-p", $"{server.Port}", "-a", "secret", "GET", "k");
        Assert.Equal("v", cli.Output.Trim());
    }

    /// <summary>
    /// Protected mode refuses addresses other than loopback, so the test needs one: it makes itself a network of its
    /// own, with an address that exists nowhere else. Where the kernel does not allow that, the refusal is covered by
    /// the unit tests alone, and only what loopback sees is checked here.
    /// </summary>
    [Theory, ClassData(typeof(Transports))]
    public void Protected_mode_refuses_strangers(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--protected-mode", "yes");
        using RespClient client = server.Connect();
        Assert.Equal("yes", client.Run("CONFIG", "GET", "protected-mode").Elements![1].Text);

        if (ProgramRun.Run("/bin/sh", "-c", "unshare -rn ip link set lo up 2>/dev/null").ExitCode != 0) return;
        string script =
            "ip link set lo up && ip address add 10.99.0.1/32 dev lo || exit 3; " +
            $"'{ServerBinary.Path}' --port 7000 --bind 0.0.0.0 --protected-mode yes --save '' " +
            $"--transport {transport} & " +
            "server=$!; tries=0; " +
            "until redis-cli -h 127.0.0.1 -p 7000 PING 2>/dev/null | grep -q PONG || [ $tries = 500 ]; " +
            "do tries=$((tries + 1)); done; " +
            "redis-cli -h 10.99.0.1 -p 7000 PING; kill $server; wait $server";
        ProgramResult result =
            ProgramRun.Run("unshare", ["-rn", "/bin/sh", "-c", script], input: null, environment: null);
        Assert.Contains("DENIED", result.Output);
        Assert.DoesNotContain("PONG", result.Output);
    }
}
