using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering;

/// <summary>CLUSTER commands, and what clients of clusters say, on one or two nodes.</summary>
[Collection(SequentialGroup.Name)]
public sealed class ClusterCommandTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void One_walk_goes_over_the_keys_of_all_nodes(string transport)
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs(transport);
        Share(watcher, one, two);
        HashSet<string> written = [];
        for (int key = 0; key < 300; key++)
        {
            ClusterNodeProcess owner = one.Ask("SET", $"key:{key}", "x").Text == "OK" ? one : two;
            if (owner == two) Assert.Equal("OK", two.Ask("SET", $"key:{key}", "x").Text);
            written.Add($"key:{key}");
        }
        string cursor = "0";
        HashSet<string> found = [];
        int moves = 0;
        ClusterNodeProcess at = two;
        for (bool isOver = false; !isOver;)
        {
            RespValue reply = at.Ask("CLUSTERSCAN", cursor, "COUNT", "20");
            if (reply.IsError)
            {
                Assert.StartsWith("MOVED ", reply.Text);
                at = reply.Text!.EndsWith($":{one.Port}", StringComparison.Ordinal) ? one : two;
                moves++;
                continue;
            }
            cursor = reply.Elements![0].Text!;
            isOver = cursor == "0";
            foreach (RespValue key in reply.Elements[1].Elements!) Assert.True(found.Add(key.Text!), key.Text);
        }
        Assert.True(found.SetEquals(written));
        // From the wrong node to the first slot's, and over to the second when the first has no more.
        Assert.Equal(2, moves);

        // The cursor that leads to the next node hashes to its first slot; one of another kind of server begins there.
        cursor = one.Ask("CLUSTERSCAN", "0", "COUNT", "100000").Elements![0].Text!;
        Assert.Equal(8192, one.Ask("CLUSTER", "KEYSLOT", cursor).Integer);
        string foreign = $"7-{cursor.Split('-')[1]}-4000000000";
        RespValue whole = two.Ask("CLUSTERSCAN", foreign, "COUNT", "100000");
        Assert.Equal("0", whole.Elements![0].Text);
        Assert.Equal(300 - one.Ask("DBSIZE").Integer, whole.Elements[1].Elements!.Count);

        // One slot, a tag, a type.
        Assert.Equal("OK", two.Ask("SET", "{a}1", "x").Text);
        Assert.Equal(1, two.Ask("RPUSH", "{a}2", "x").Integer);
        Assert.Equal("*[$0, *[$" + "{a}2]]", two.Ask(
            "CLUSTERSCAN", "0", "SLOT", "15495", "MATCH", "{a}*", "TYPE", "list", "COUNT", "1000").ToString());
        Assert.Equal("*[$0, *[]]", two.Ask("CLUSTERSCAN", "0", "SLOT", "9000", "MATCH", "{a}*").ToString());
        Assert.Equal("MOVED 0 127.0.0.1:" + one.Port, two.Ask("CLUSTERSCAN", "0", "SLOT", "0").Text);
        Assert.Equal("ERR invalid cursor", two.Ask("CLUSTERSCAN", "12").Text);
        Assert.Equal("ERR syntax error", two.Ask("CLUSTERSCAN", "0", "COUNT", "0").Text);
        Assert.Equal("ERR Invalid or out of range slot", two.Ask("CLUSTERSCAN", "0", "SLOT", "99999").Text);
        Assert.Equal(
            "ERR This instance has cluster support disabled", watcher.Connect().Run("CLUSTERSCAN", "0").Text);
    }

    [Fact]
    public void Links_are_two_a_neighbour()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll");
        Share(watcher, one, two);
        watcher.Until(() => one.Ask("CLUSTER", "LINKS").Elements!.Count == 2, "both links stand");
        foreach (RespValue link in one.Ask("CLUSTER", "LINKS").Elements!)
        {
            string[] names = [.. link.Elements!.Where((_, index) => index % 2 == 0).Select(name => name.Text!)];
            Assert.Equal(
                ["direction", "node", "create-time", "events", "send-buffer-allocated", "send-buffer-used"], names);
            Assert.Equal(two.Id, link.Elements![3].Text);
        }
    }

    [Fact]
    public void A_replica_has_its_primarys_shard_name_and_keeps_it()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess replica = ClusterNodeProcess.StartOurs("epoll");
        Share(watcher, one, two);
        string shard = one.Ask("CLUSTER", "MYSHARDID").Text!;
        Assert.NotEqual(shard, two.Ask("CLUSTER", "MYSHARDID").Text);
        Assert.Equal("OK", replica.Ask("CLUSTER", "MEET", "127.0.0.1", $"{one.Port}", $"{one.BusPort}").Text);
        watcher.Until(() => replica.Ask("CLUSTER", "REPLICATE", one.Id).Text == "OK", "it follows");
        watcher.Until(() => replica.Ask("CLUSTER", "MYSHARDID").Text == shard, "it has the name");
        replica.Restart();
        Assert.Equal(shard, replica.Ask("CLUSTER", "MYSHARDID").Text);
        one.Restart();
        Assert.Equal(shard, one.Ask("CLUSTER", "MYSHARDID").Text);
    }

    [Fact]
    public void A_node_has_as_many_databases_as_it_is_told()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess node = ClusterNodeProcess.StartOurs("epoll", "--cluster-databases", "4");
        Assert.Equal("OK", node.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383").Text);
        watcher.Until(() => node.Ask("GET", "a").Type == '$', "it serves");
        using RespClient client = RespClient.Connect(node.Port);
        Assert.Equal("OK", client.Run("SELECT", "3").Text);
        Assert.Equal("ERR DB index is out of range", client.Run("SELECT", "4").Text);
        Assert.Equal("OK", client.Run("SET", "{a}1", "x").Text);
        Assert.Equal(1, client.Run("CLUSTER", "COUNTKEYSINSLOT", "15495").Integer);
        Assert.Equal("{a}1", client.Run("CLUSTER", "GETKEYSINSLOT", "15495", "10").Elements![0].Text);
        Assert.Equal(0, node.Ask("CLUSTER", "COUNTKEYSINSLOT", "15495").Integer);
        RespValue stats = client.Run("CLUSTER", "SLOT-STATS", "SLOTSRANGE", "15495", "15495");
        Assert.Equal(1, stats.Elements![0].Elements![1].Elements![1].Integer);
        // Keys of any database keep a slot from being given away.
        Assert.StartsWith("ERR DB must be empty", node.Ask("CLUSTER", "FLUSHSLOTS").Text);
    }

    private static void Share(FastShardServer watcher, ClusterNodeProcess one, ClusterNodeProcess two)
    {
        Assert.Equal("OK", one.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "8191").Text);
        Assert.Equal("OK", two.Ask("CLUSTER", "ADDSLOTSRANGE", "8192", "16383").Text);
        Assert.Equal("OK", two.Ask("CLUSTER", "MEET", "127.0.0.1", $"{one.Port}", $"{one.BusPort}").Text);
        watcher.Until(
            () => one.Ask("GET", "{b}").Type == '$' && two.Ask("GET", "{a}").Type == '$', "both serve");
    }
}
