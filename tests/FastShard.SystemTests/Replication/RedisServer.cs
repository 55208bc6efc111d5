using System.Diagnostics;
using System.Net.Sockets;
using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Replication;

/// <summary>A redis-server, or a redis-sentinel, of this machine on a free port; ended by its id.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process _process;

    private RedisServer(string program, int port, string folder, string[] arguments)
    {
        Port = port;
        _process = ProgramRun.Start(program, arguments, environment: null, folder);
    }

    public int Port { get; }

    public static RedisServer Start(string folder, params string[] options)
    {
        int port = Ports.Free();
        return new RedisServer(
            "redis-server", port, folder,
            [
                "--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--enable-debug-command", "yes",
                "--dbfilename", $"{port}.rdb", "--repl-diskless-sync-delay", "0", "--logfile", $"{port}.log",
                .. options,
            ]);
    }

    public static RedisServer StartSentinel(string folder, int primaryPort)
    {
        int port = Ports.Free();
        string file = Path.Combine(folder, "sentinel.conf");
        File.WriteAllLines(
            file,
            [
                $"port {port}", "bind 127.0.0.1", $"dir {folder}", $"logfile {port}.log",
                $"sentinel monitor pair 127.0.0.1 {primaryPort} 1", "sentinel down-after-milliseconds pair 1000",
                "sentinel failover-timeout pair 10000",
            ]);
        return new RedisServer("redis-sentinel", port, folder, [file]);
    }

    public RespClient Connect() => RespClient.Connect(Port);

    public bool Answers() => Answers(password: null);

    public bool Answers(string? password)
    {
        try
        {
            using RespClient client = Connect();
            if (password is not null) _ = client.Run("AUTH", password);
            return client.Run("PING").Text == "PONG";
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return false;
        }
    }

    public void Signal(string name) => ProgramRun.Run("/bin/sh", "-c", $"kill -{name} {_process.Id}");

    /// <summary>Ends it as a crash would.</summary>
    public void Kill() => _process.Kill();

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
