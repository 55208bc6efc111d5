using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering.Forwarding;

/// <summary>Commands that wait at another node, and their ends.</summary>
[Collection(SequentialGroup.Name)]
public sealed class ForwardedWaitTests
{
    [Theory]
    [InlineData("epoll", 0)]
    [InlineData("pipelines", 0)]
    [InlineData("epoll", 2)]
    public void A_client_waits_at_another_node_and_nobody_waits_behind_it(string transport, int redisServers)
    {
        using ForwardingCluster cluster = new(transport, redisServers);
        ClusterNodeProcess owner = cluster.Nodes[2];
        string list = ForwardingCluster.KeyOf(2, "list");
        using RespClient other = cluster.Connect();
        using RespClient waiting = cluster.Connect();
        long id = waiting.Run("CLIENT", "ID").Integer;

        // Served, with what was sent behind it meanwhile.
        waiting.Send("BLPOP", list, "0");
        waiting.Send("PING");
        Blocked(cluster, owner, 1);
        Assert.Equal("OK", other.Run("SET", ForwardingCluster.KeyOf(2, "k"), "1").Text);
        Assert.Equal(1, other.Run("RPUSH", list, "x").Integer);
        Assert.Equal([list, "x"], waiting.Read().Elements!.Select(element => element.Text));
        Assert.Equal("PONG", waiting.Read().Text);

        // Its time runs out.
        Assert.True(waiting.Run("BLPOP", list, "0.01").IsNull);

        // CLIENT UNBLOCK reaches it there.
        waiting.Send("BLPOP", list, "0");
        Blocked(cluster, owner, 1);
        cluster.Watcher.Until(() => other.Run("CLIENT", "UNBLOCK", $"{id}").Integer == 1, "it can be unblocked");
        Assert.True(waiting.Read().IsNull);
        waiting.Send("BLPOP", list, "0");
        Blocked(cluster, owner, 1);
        Assert.Equal(1, other.Run("CLIENT", "UNBLOCK", $"{id}", "ERROR").Integer);
        Assert.StartsWith("UNBLOCKED", waiting.Read().Text);

        // In a transaction nothing waits.
        waiting.Run("MULTI");
        Assert.Equal("QUEUED", waiting.Run("BLPOP", list, "0").Text);
        Assert.True(waiting.Run("EXEC").Elements![0].IsNull);

        // A client that leaves takes nothing any more.
        RespClient leaving = cluster.Connect();
        leaving.Send("BLPOP", list, "0");
        Blocked(cluster, owner, 1);
        leaving.Dispose();
        Blocked(cluster, owner, 0);
        Assert.Equal(1, other.Run("RPUSH", list, "y").Integer);
        Assert.Equal("y", other.Run("LPOP", list).Text);

        // So does one that is thrown out.
        waiting.Send("BLPOP", list, "0");
        Blocked(cluster, owner, 1);
        other.Run("CLIENT", "KILL", "ID", $"{id}");
        Blocked(cluster, owner, 0);
        Assert.Equal(0, cluster.Figure("cluster_forward_calls"));
    }

    [Fact]
    public void A_wait_ends_when_its_node_does()
    {
        using ForwardingCluster cluster = new("epoll", 0);
        using RespClient waiting = cluster.Connect();
        waiting.Send("BLPOP", ForwardingCluster.KeyOf(1, "list"), "0");
        Blocked(cluster, cluster.Nodes[1], 1);
        cluster.Nodes[1].Kill();
        Assert.StartsWith("NODELOST", waiting.Read().Text);
    }

    private static void Blocked(ForwardingCluster cluster, ClusterNodeProcess at, int count) => cluster.Watcher.Until(
        () => at.Ask("INFO", "clients").Text!.Contains($"blocked_clients:{count}\r"), $"{count} wait there");
}
