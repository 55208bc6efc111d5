using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering.Forwarding;

/// <summary>Nodes that die, stand still or come back while others pass commands on to them.</summary>
[Collection(SequentialGroup.Name)]
public sealed class LostNodeTests
{
    // What may be said of a command whose node cannot be asked.
    private static readonly string[] Excuses = ["CLUSTERDOWN ", "NODELOST ", "PARTIAL "];

    [Theory]
    [InlineData("epoll", 0)]
    [InlineData("pipelines", 0)]
    [InlineData("epoll", 2)]
    public void The_owner_dies_in_the_midst_of_a_pipeline(string transport, int redisServers)
    {
        using ForwardingCluster cluster = new(transport, redisServers, "--cluster-require-full-coverage", "no");
        using RespClient client = cluster.Connect();
        string own = ForwardingCluster.KeyOf(0, "n");
        string third = ForwardingCluster.KeyOf(2, "n");
        string dying = ForwardingCluster.KeyOf(1, "n");
        client.Run("MSET", own, "0", third, "0", dying, "0");
        int lost = 0;
        for (int round = 0; lost == 0 || round < 300; round++)
        {
            if (round == 100) cluster.Nodes[1].Kill();
            string[] keys = [own, dying, third, dying, own, third];
            foreach (string key in keys) client.Send("INCR", key);
            client.Send("MGET", own, third);
            client.Send("ECHO", $"{round}");
            int[] replies = new int[keys.Length];
            for (int at = 0; at < keys.Length; at++)
            {
                RespValue reply = client.Read();
                replies[at] = reply.IsError ? -1 : (int)reply.Integer;
                if (!reply.IsError) continue;
                Assert.Equal(dying, keys[at]);
                Assert.Contains(Excuses, excuse => reply.Text!.StartsWith(excuse));
                lost++;
            }
            // Each reply is that of its own request.
            Assert.Equal([(2 * round) + 1, (2 * round) + 2], [replies[0], replies[4]]);
            Assert.Equal([(2 * round) + 1, (2 * round) + 2], [replies[2], replies[5]]);
            if (replies[1] > 0) Assert.Equal((2 * round) + 1, replies[1]);
            Assert.Equal([$"{(2 * round) + 2}", $"{(2 * round) + 2}"],
                client.Read().Elements!.Select(element => element.Text));
            Assert.Equal($"{round}", client.Read().Text);
        }
        RespValue split = client.Run("MSET", own, "1", third, "1", dying, "1");
        Assert.StartsWith("PARTIAL MSET failed for slots ", split.Text);
        Assert.Contains(cluster.Nodes[1].Id, split.Text);
        Assert.EndsWith("done: 2 of 3 keys", split.Text);
        Assert.EndsWith("nothing was changed", client.Run("MGET", own, dying).Text);
        Assert.StartsWith("PARTIAL DBSIZE failed for node " + cluster.Nodes[1].Id, client.Run("DBSIZE").Text);
        Assert.Equal("1", client.Run("GET", third).Text);
    }

    [Fact]
    public void A_node_that_comes_back_is_asked_again()
    {
        using ForwardingCluster cluster = new("epoll", 0);
        string key = ForwardingCluster.KeyOf(1, "k");
        using RespClient client = cluster.Connect();
        Assert.Equal("OK", client.Run("SET", key, "1").Text);
        cluster.Nodes[1].Kill();
        cluster.Watcher.Until(() => client.Run("SET", key, "2").IsError, "it is missed");
        cluster.Nodes[1].Restart();
        cluster.Watcher.Until(() => client.Run("SET", key, "3").Text == "OK", "it is asked again, at its new place");
        Assert.Equal("3", client.Run("GET", key).Text);
    }

    /// <summary>Clients that go on sending to a node that does not read wait, and cost no more than a link's buffer.
    /// </summary>
    [Fact]
    public void A_node_that_stands_still_costs_no_memory()
    {
        const int Clients = 40;
        const long Mib = 1024 * 1024;
        using ForwardingCluster cluster = new("epoll", 0, "--cluster-node-timeout", "30000");
        string key = ForwardingCluster.KeyOf(1, "k");
        byte[] request = RespClient.Encode("SET", key, new string('x', 100_000));
        using RespClient quick = cluster.Connect();
        Assert.Equal("OK", quick.Run("SET", key, "1").Text);
        cluster.Nodes[1].Signal("STOP");
        RespClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => cluster.Connect())];
        foreach (RespClient client in clients) client.Socket.Blocking = false;
        long before = cluster.Watcher.ResidentBytes();
        long sent = 0;
        // Until nobody takes any more.
        for (int idle = 0; idle < 200; idle++)
        {
            foreach (RespClient client in clients)
            {
                try
                {
                    sent += client.Socket.Send(request);
                    idle = 0;
                }
                catch (System.Net.Sockets.SocketException)
                {
                    continue;
                }
            }
            Assert.Equal("PONG", quick.Run("PING").Text);
        }
        Assert.True(sent > Clients * request.Length, $"{sent} bytes were taken");
        long waiting = cluster.Figure("cluster_forward_waiting_bytes");
        Assert.True(waiting < 8 * Mib, $"{waiting} bytes wait");
        long grown = cluster.Watcher.ResidentBytes() - before;
        Assert.True(grown < 128 * Mib, $"{grown} bytes more");
        Assert.Equal("OK", quick.Run("SET", ForwardingCluster.KeyOf(2, "k"), "1").Text);
        cluster.Nodes[1].Signal("CONT");
        foreach (RespClient client in clients) client.Dispose();
        cluster.Watcher.Until(() => cluster.Figure("cluster_forward_waiting_bytes") == 0, "it reads again");
        Assert.Equal("OK", quick.Run("SET", key, "2").Text);
    }

    [Fact]
    public void A_part_that_takes_too_long_is_named()
    {
        using ForwardingCluster cluster = new(
            "epoll", 0, "--cluster-node-timeout", "30000", "--cluster-scatter-timeout", "100");
        using RespClient client = cluster.Connect();
        string own = ForwardingCluster.KeyOf(0, "k");
        string stopped = ForwardingCluster.KeyOf(1, "k");
        Assert.Equal("OK", client.Run("MSET", own, "1", stopped, "2").Text);
        cluster.Nodes[1].Signal("STOP");
        string? text = client.Run("MSET", own, "3", stopped, "4").Text;
        cluster.Nodes[1].Signal("CONT");
        Assert.StartsWith($"PARTIAL MSET failed for slots ", text);
        Assert.Contains("it has not answered for", text);
        Assert.EndsWith("done: 2 of 2 keys", text!.Replace("done: 1 of 2", "done: 2 of 2"));
        // What came too late is nobody else's reply.
        for (int round = 0; round < 100; round++)
        {
            Assert.Equal("OK", client.Run("SET", stopped, $"{round}").Text);
            Assert.Equal($"{round}", client.Run("GET", stopped).Text);
        }
    }

    [Fact]
    public void A_read_that_takes_too_long_is_asked_of_a_replica()
    {
        using ForwardingCluster cluster = new(
            "epoll", 0, "--cluster-node-timeout", "30000", "--cluster-hedge-after-ms", "20");
        ClusterNodeProcess primary = cluster.Nodes[1];
        ClusterNodeProcess replica = cluster.AddReplica("epoll", primary);
        string key = ForwardingCluster.KeyOf(1, "k");
        using RespClient client = cluster.Connect();
        Assert.Equal("OK", client.Run("SET", key, "1").Text);
        cluster.Watcher.Until(
            () =>
            {
                using RespClient near = RespClient.Connect(replica.Port);
                near.Run("READONLY");
                return near.Run("GET", key).Text == "1";
            },
            "the replica has it");
        primary.Signal("STOP");
        Assert.Equal("1", client.Run("GET", key).Text);
        Assert.Equal("1", client.Run("MGET", key, ForwardingCluster.KeyOf(2, "k")).Elements![0].Text);
        primary.Signal("CONT");
        Assert.True(cluster.Figure("cluster_hedged_reads") >= 2);
        Assert.True(cluster.Figure("cluster_hedges_won") >= 2);
        // The late replies of the primary are nobody's.
        for (int round = 0; round < 100; round++)
        {
            Assert.Equal("OK", client.Run("SET", key, $"{round}").Text);
            Assert.Equal($"{round}", client.Run("GET", key).Text);
        }
    }
}
