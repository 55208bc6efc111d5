using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering;

/// <summary>redis-servers and servers of ours in one cluster, made and looked at by redis-cli.</summary>
[Collection(SequentialGroup.Name)]
public sealed class MixedClusterTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void One_cluster_of_both_fails_over_in_both_directions(string transport)
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess ours = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess theirs = ClusterNodeProcess.StartRedis(watcher);
        using ClusterNodeProcess third = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess theirReplica = ClusterNodeProcess.StartRedis(watcher);
        using ClusterNodeProcess ourReplica = ClusterNodeProcess.StartOurs(transport);
        ClusterNodeProcess[] primaries = [ours, theirs, third];
        ClusterNodeProcess[] all = [.. primaries, theirReplica, ourReplica];

        Manage("create", [.. primaries.Select(node => node.Endpoint), "--cluster-yes"]);
        watcher.Until(() => primaries.All(IsOk), "the three primaries serve");
        Join(watcher, primaries, theirReplica, ours);
        Join(watcher, primaries, ourReplica, theirs);
        watcher.Until(
            () => all.All(node => node.Ask("CLUSTER", "NODES").Text!.Split('\n').Length == 6), "all know all");

        Dictionary<string, string> written = WriteKeys(all, 200);
        watcher.Until(() => IsUp(theirReplica) && IsUp(ourReplica), "the replicas follow");
        AssertKeys(all, written);
        ReachesAll(watcher, all);

        // A redis-server takes the place of one of ours, and one of ours that of a redis-server.
        ours.Kill();
        watcher.Until(() => third.See(theirReplica).Contains(" master "), "a redis-server takes over from us");
        watcher.Until(() => IsOk(theirs) && IsOk(third) && IsOk(theirReplica), "the cluster serves again");
        theirs.Kill();
        watcher.Until(() => third.See(ourReplica).Contains(" master "), "we take over from a redis-server");
        watcher.Until(() => IsOk(third) && IsOk(theirReplica) && IsOk(ourReplica), "the cluster serves again");
        AssertKeys([third, theirReplica, ourReplica], written);

        // Who comes back, at another place, finds that it was replaced; and takes its place again when it is told to.
        ours.Restart();
        watcher.Until(() => theirReplica.See(ours).Contains(" slave "), "the old primary follows");
        watcher.Until(() => IsUp(ours), "it has the data");
        HandOver(watcher, to: ours, from: theirReplica, [third, ourReplica], "the redis-server follows us");
        watcher.Until(() => IsOk(ours) && IsUp(theirReplica), "it has the data");
        HandOver(watcher, to: theirReplica, from: ours, [third, ourReplica], "we follow the redis-server");
        watcher.Until(() => third.See(theirReplica).Contains(" master "), "the third knows");
        watcher.Until(() => IsOk(third) && IsOk(theirReplica) && IsOk(ourReplica), "the cluster serves");
        AssertKeys([third, theirReplica, ourReplica], written);
    }

    [Fact]
    public void Two_servers_cannot_be_the_same_node()
    {
        using ClusterNodeProcess node = ClusterNodeProcess.StartOurs("epoll");
        ProgramResult second = FastShardServer.Run(
            "--port", $"{Ports.Free()}", "--dir", node.Folder, "--cluster-enabled", "yes",
            "--cluster-port", $"{Ports.Free()}");
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains("already used by a different Redis Cluster node", second.ToString());
    }

    [Fact]
    public void Slots_that_move_answer_with_ask_and_keys_of_others_with_moved()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll");
        Assert.Equal("CLUSTERDOWN Hash slot not served", one.Ask("GET", "a").Text);
        Assert.Equal("OK", one.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "8191").Text);
        Assert.Equal("OK", two.Ask("CLUSTER", "ADDSLOTSRANGE", "8192", "16383").Text);
        Assert.Equal("OK", one.Ask("CLUSTER", "MEET", "127.0.0.1", $"{two.Port}", $"{two.BusPort}").Text);
        watcher.Until(() => IsOk(one) && IsOk(two), "both serve");

        // {b} is slot 3300, {a} is slot 15495.
        Assert.Equal($"MOVED 15495 127.0.0.1:{two.Port}", one.Ask("SET", "{a}1", "x").Text);
        Assert.Equal("OK", one.Ask("SET", "{b}1", "x").Text);
        Assert.Equal(
            "CROSSSLOT Keys in request don't hash to the same slot", one.Ask("MSET", "{a}1", "x", "{b}1", "y").Text);
        Assert.Equal("OK", two.Ask("CLUSTER", "SETSLOT", "3300", "IMPORTING", one.Id).Text);
        Assert.Equal("OK", one.Ask("CLUSTER", "SETSLOT", "3300", "MIGRATING", two.Id).Text);
        Assert.Equal("x", one.Ask("GET", "{b}1").Text);
        Assert.Equal($"ASK 3300 127.0.0.1:{two.Port}", one.Ask("GET", "{b}2").Text);
        Assert.Equal(
            "TRYAGAIN Multiple keys request during rehashing of slot", one.Ask("MGET", "{b}1", "{b}2").Text);
        Assert.Equal($"MOVED 3300 127.0.0.1:{one.Port}", two.Ask("SET", "{b}2", "y").Text);
        using RespClient asking = RespClient.Connect(two.Port);
        Assert.Equal("OK", asking.Run("ASKING").Text);
        Assert.Equal("OK", asking.Run("SET", "{b}2", "y").Text);
        Assert.Equal($"MOVED 3300 127.0.0.1:{one.Port}", asking.Run("GET", "{b}2").Text);
        Assert.Equal("OK", asking.Run("MULTI").Text);
        Assert.Equal($"MOVED 3300 127.0.0.1:{one.Port}", asking.Run("GET", "{b}2").Text);
        Assert.Equal("EXECABORT Transaction discarded because of previous errors.", asking.Run("EXEC").Text);
        Assert.Equal(1, one.Ask("CLUSTER", "COUNTKEYSINSLOT", "3300").Integer);
        Assert.Equal("{b}1", one.Ask("CLUSTER", "GETKEYSINSLOT", "3300", "10").Elements![0].Text);
        Assert.Equal("ERR SELECT is not allowed in cluster mode", one.Ask("SELECT", "1").Text);
        Assert.Equal("ERR REPLICAOF not allowed in cluster mode.", one.Ask("REPLICAOF", "NO", "ONE").Text);
    }

    private static void Join(
        FastShardServer watcher, ClusterNodeProcess[] primaries, ClusterNodeProcess replica, ClusterNodeProcess primary)
    {
        Assert.Equal("OK", replica.Ask("CLUSTER", "MEET", "127.0.0.1", $"{primary.Port}", $"{primary.BusPort}").Text);
        watcher.Until(() => replica.See(primary).Contains(" connected ")
            && primaries.All(node => node.See(replica).Length > 0), "they know each other");
        watcher.Until(() => replica.Ask("CLUSTER", "REPLICATE", primary.Id).Text == "OK", "it follows");
        watcher.Until(
            () => Array.TrueForAll(primaries, node => node.See(replica).Contains(" slave ")), "all know that");
    }

    private static void Manage(string command, string[] arguments)
    {
        ProgramResult run = ProgramRun.Run("redis-cli", ["--cluster", command, .. arguments]);
        Assert.True(run.ExitCode == 0, run.ToString());
    }

    private static bool IsOk(ClusterNodeProcess node) =>
        node.Ask("CLUSTER", "INFO").Text!.StartsWith("cluster_state:ok", StringComparison.Ordinal);

    private static bool IsUp(ClusterNodeProcess node) =>
        node.Ask("INFO", "replication").Text!.Contains("master_link_status:up");

    private static Dictionary<string, string> WriteKeys(ClusterNodeProcess[] nodes, int count)
    {
        Dictionary<string, string> written = [];
        for (int key = 0; key < count; key++)
        {
            written.Add($"key:{key}", $"value:{key}");
            Assert.Equal("OK", Follow(nodes, "SET", $"key:{key}", $"value:{key}").Text);
        }
        return written;
    }

    private static void AssertKeys(ClusterNodeProcess[] nodes, Dictionary<string, string> written)
    {
        foreach ((string key, string value) in written) Assert.Equal(value, Follow(nodes, "GET", key).Text);
    }

    // What a client does with MOVED.
    private static RespValue Follow(ClusterNodeProcess[] nodes, params string[] words)
    {
        RespValue reply = nodes[0].Ask(words);
        if (reply.Text is not { } text || !text.StartsWith("MOVED ", StringComparison.Ordinal)) return reply;
        int port = int.Parse(text[(text.LastIndexOf(':') + 1)..]);
        return Array.Find(nodes, node => node.Port == port)!.Ask(words);
    }

    // Its primary, and who is to vote, have to know that it is a replica: what it asks is not heard before. A request
    // that runs out of its five seconds is made again, as people do.
    private static void HandOver(
        FastShardServer watcher, ClusterNodeProcess to, ClusterNodeProcess from, ClusterNodeProcess[] voters,
        string what)
    {
        ClusterNodeProcess[] asked = [from, .. voters];
        watcher.Until(() => asked.All(node => node.See(to).Contains(" slave ")), "all know who is a replica");
        long again = 0;
        watcher.Until(
            () =>
            {
                if (from.See(from).Contains("myself,slave")) return true;
                if (Environment.TickCount64 < again) return false;
                again = Environment.TickCount64 + 8000;
                to.Ask("CLUSTER", "FAILOVER");
                return false;
            },
            what);
    }

    // A message that is published at any node reaches the clients of any other.
    private static void ReachesAll(FastShardServer watcher, ClusterNodeProcess[] nodes)
    {
        foreach (ClusterNodeProcess at in nodes)
        {
            using RespClient listener = RespClient.Connect(at.Port);
            listener.Run("SUBSCRIBE", "news");
            foreach (ClusterNodeProcess from in nodes)
            {
                string news = $"{at.Id} hears {from.Id}";
                from.Ask("PUBLISH", "news", news);
                // What was published for the one before may still be on its way here.
                string heard = listener.Read().Elements![2].Text!;
                while (!heard.StartsWith(at.Id, StringComparison.Ordinal)) heard = listener.Read().Elements![2].Text!;
                Assert.Equal(news, heard);
            }
        }
        Assert.False(string.IsNullOrEmpty(watcher.Folder));
    }
}
