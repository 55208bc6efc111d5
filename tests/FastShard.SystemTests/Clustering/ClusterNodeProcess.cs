using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Replication;

namespace FastShard.SystemTests.Clustering;

/// <summary>A node of a cluster, of either make, in a folder of its own.</summary>
internal sealed class ClusterNodeProcess : IDisposable
{
    private readonly string _transport;
    private readonly string[] _options;
    private readonly RedisServer? _redis;
    private FastShardServer? _server;

    private ClusterNodeProcess(
        string transport, RedisServer? redis, string folder, int busPort, params string[] options)
    {
        _transport = transport;
        _options = options;
        _redis = redis;
        Folder = folder;
        BusPort = busPort;
    }

    public string Folder { get; }

    public int BusPort { get; private set; }

    public int Port => _redis?.Port ?? _server!.Port;

    /// <summary>As redis-cli wants it.</summary>
    public string Endpoint => $"127.0.0.1:{Port}@{BusPort}";

    public string Id { get; private set; } = "";

    /// <summary>One of ours knows when it has ended.</summary>
    public FastShardServer? Server => _server;

    public static ClusterNodeProcess StartOurs(string transport, params string[] options)
    {
        string folder = Directory.CreateTempSubdirectory("fastshard-node-").FullName;
        var node = new ClusterNodeProcess(transport, redis: null, folder, Ports.Free(), options);
        node._server = node.StartServer();
        node.Id = node.Ask("CLUSTER", "MYID").Text!;
        return node;
    }

    public static ClusterNodeProcess StartRedis(FastShardServer watcher)
    {
        string folder = Directory.CreateTempSubdirectory("redis-node-").FullName;
        int busPort = Ports.Free();
        RedisServer redis = RedisServer.Start(
            folder, "--cluster-enabled", "yes", "--cluster-port", $"{busPort}", "--cluster-node-timeout", "2000");
        watcher.Until(redis.Answers, "redis-server answers");
        var node = new ClusterNodeProcess("", redis, folder, busPort);
        node.Id = node.Ask("CLUSTER", "MYID").Text!;
        return node;
    }

    public RespValue Ask(params string[] words)
    {
        using RespClient client = RespClient.Connect(Port);
        return client.Run(words);
    }

    /// <summary>The line of CLUSTER NODES about a node, as this one sees it.</summary>
    public string See(ClusterNodeProcess other)
    {
        string text = Ask("CLUSTER", "NODES").Text!;
        return Array.Find(text.Split('\n'), line => line.StartsWith(other.Id, StringComparison.Ordinal)) ?? "";
    }

    /// <summary>STOP and CONT: it is there and does nothing.</summary>
    public void Signal(string name)
    {
        if (_server is not null) _server.Signal(name);
        else _redis!.Signal(name);
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill()
    {
        if (_server is not null) _server.Signal("KILL");
        else _redis!.Kill();
    }

    /// <summary>One of ours goes on where it was, on other ports.</summary>
    public void Restart()
    {
        _server!.Dispose();
        BusPort = Ports.Free();
        _server = StartServer();
    }

    public void Dispose()
    {
        _server?.Dispose();
        _redis?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private FastShardServer StartServer() => FastShardServer.StartIn(
        Folder, environment: null,
        [
            "--transport", _transport, "--shards", "2", "--save", "", "--cluster-enabled", "yes",
            "--cluster-port", $"{BusPort}", "--cluster-node-timeout", "2000", "--repl-diskless-sync-delay", "0",
            "--enable-debug-command", "yes",
            .. _options,
        ]);
}
