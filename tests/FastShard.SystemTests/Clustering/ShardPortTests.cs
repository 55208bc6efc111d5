using FastShard.SystemTests.Clients;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering;

/// <summary>cluster-shard-port: clients take each thread for a node. {a} is slot 15495, {b} is 3300.</summary>
[Collection(SequentialGroup.Name)]
public sealed class ShardPortTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void Each_port_leads_to_the_thread_that_the_slot_map_says_it_does(string transport)
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        int port = TwoFreePorts();
        using ClusterNodeProcess node = ClusterNodeProcess.StartOurs(transport, "--cluster-shard-port", $"{port}");
        Assert.Equal("OK", node.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383").Text);
        watcher.Until(() => node.Ask("GET", "a").Type == '$', "it serves");

        RespValue slots = node.Ask("CLUSTER", "SLOTS");
        Assert.Equal([(0, 8191, port), (8192, 16383, port + 1)], slots.Elements!.Select(Range));
        Assert.All(slots.Elements!, range => Assert.Equal(node.Id, range.Elements![2].Elements![2].Text));
        for (int shard = 0; shard < 2; shard++)
        {
            for (int connection = 0; connection < 3; connection++)
            {
                using RespClient direct = RespClient.Connect(port + shard);
                Assert.Contains($" shard={shard}", direct.Run("CLIENT", "INFO").Text);
                // It is a whole server all the same.
                Assert.Equal("OK", direct.Run("SET", "{a}1", "x").Text);
                Assert.Equal("OK", direct.Run("SET", "{b}1", "y").Text);
            }
        }
        // What tools manage a cluster by shows nodes, not threads.
        Assert.Single(node.Ask("CLUSTER", "NODES").Text!.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($":{node.Port}@", node.Ask("CLUSTER", "NODES").Text);
        ProgramResult client = ProgramRun.Run(ClientPrograms.Where("CLIENTS_PYTHON"), "-c", $"""
            from redis.cluster import RedisCluster
            cluster = RedisCluster(host="127.0.0.1", port={node.Port})
            for number in range(200):
                assert cluster.set("key:%d" % number, number)
            assert [int(cluster.get("key:%d" % number)) for number in range(200)] == list(range(200))
            print(sorted(node.port for node in cluster.get_nodes() if node.redis_connection))
            """);
        Assert.True(client.ExitCode == 0, client.ToString());
        Assert.Contains($"{port}, {port + 1}", client.Output);
    }

    [Fact]
    public void Nodes_know_the_ports_of_each_other()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        int port = TwoFreePorts();
        using ClusterNodeProcess direct = ClusterNodeProcess.StartOurs("epoll", "--cluster-shard-port", $"{port}");
        using ClusterNodeProcess plain = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess theirs = ClusterNodeProcess.StartRedis(watcher);
        Assert.Equal("OK", direct.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "16000").Text);
        Assert.Equal("OK", plain.Ask("CLUSTER", "ADDSLOTSRANGE", "16001", "16383").Text);
        Assert.Equal("OK", plain.Ask("CLUSTER", "MEET", "127.0.0.1", $"{direct.Port}", $"{direct.BusPort}").Text);
        Assert.Equal("OK", theirs.Ask("CLUSTER", "MEET", "127.0.0.1", $"{direct.Port}", $"{direct.BusPort}").Text);
        watcher.Until(() => plain.Ask("GET", "{a}").Text == $"MOVED 15495 127.0.0.1:{port + 1}", "it knows the port");
        Assert.Equal($"MOVED 3300 127.0.0.1:{port}", plain.Ask("GET", "{b}").Text);
        Assert.Equal(
            [(0, 8191, port), (8192, 16000, port + 1), (16001, 16383, plain.Port)],
            plain.Ask("CLUSTER", "SLOTS").Elements!.Select(Range));
        // A redis-server knows of nodes only, and loses nothing by what it does not understand.
        watcher.Until(
            () => theirs.Ask("GET", "{b}").Text == $"MOVED 3300 127.0.0.1:{direct.Port}", "the redis-server knows it");
        watcher.Until(() => direct.Ask("CLUSTER", "INFO").Text!.Contains("cluster_known_nodes:3"), "all are known");
    }

    [Fact]
    public void A_port_that_is_taken_stops_the_start()
    {
        using FastShardServer other = FastShardServer.Start("epoll");
        ProgramResult second = FastShardServer.Run(
            "--port", $"{Ports.Free()}", "--bind", "127.0.0.1", "--shards", "1", "--dir", other.Folder,
            "--cluster-enabled", "yes", "--cluster-port", $"{Ports.Free()}", "--cluster-shard-port", $"{other.Port}");
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains($"127.0.0.1:{other.Port}: bind: Address already in use", second.All);
    }

    private static (int First, int Last, int Port) Range(RespValue range) =>
        ((int)range.Elements![0].Integer, (int)range.Elements[1].Integer, (int)range.Elements[2].Elements![1].Integer);

    private static int TwoFreePorts()
    {
        int port = Ports.Free();
        for (int next = Ports.Free(); next != port + 1; next = Ports.Free()) port = next;
        return port;
    }
}
