using FastShard.SystemTests.Clustering;
using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Replication;
using Xunit;

namespace FastShard.SystemTests.Migration;

/// <summary>Slots that redis-cli moves key by key, between servers of both makes, under writes.</summary>
[Collection(SequentialGroup.Name)]
public sealed class ReshardTests
{
    [Fact]
    public void Redis_cli_moves_slots_between_both_makes_while_clients_write()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess theirs = ClusterNodeProcess.StartRedis(watcher);
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("pipelines");
        ClusterNodeProcess[] nodes = [one, theirs, two];
        Manage("create", [.. nodes.Select(node => node.Endpoint), "--cluster-yes"]);
        watcher.Until(() => nodes.All(IsOk), "all serve");
        using ClusterWriter writer = ClusterWriter.Start(one.Port, threads: 2, keys: 100);
        Reshard(one, from: one, to: theirs, 40);
        Reshard(one, from: theirs, to: two, 80);
        Reshard(one, from: two, to: one, 80);
        Assert.True(writer.EndWith(errorsMax: 0) > 0);
        watcher.Until(() => nodes.All(IsOk), "all serve");
        Assert.Contains("All 16384 slots covered", Manage("check", [$"127.0.0.1:{one.Port}"]));
        Assert.Contains("PONG", Manage("call", [$"127.0.0.1:{one.Port}", "ping"]));
    }

    [Fact]
    public void Nodes_join_get_their_share_and_leave()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess three = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess four = ClusterNodeProcess.StartOurs("epoll");
        ClusterNodeProcess[] first = [one, two, three];
        Manage("create", [.. first.Select(node => node.Endpoint), "--cluster-yes"]);
        watcher.Until(() => first.All(IsOk), "all serve");
        Reshard(one, from: one, to: two, 30);
        Reshard(one, from: two, to: one, 20);

        Manage("add-node", [four.Endpoint, one.Endpoint]);
        watcher.Until(() => first.All(node => node.See(four).Contains(" connected")), "all know it");
        Reshard(one, from: one, to: four, 25);
        Manage("rebalance", [$"127.0.0.1:{one.Port}", "--cluster-threshold", "1", "--cluster-simulate"]);
        Reshard(one, from: four, to: one, 25);
        Assert.DoesNotContain("[0-", one.See(four), StringComparison.Ordinal);
        Manage("del-node", [$"127.0.0.1:{one.Port}", four.Id]);
        watcher.Until(() => first.All(node => node.See(four).Length == 0), "nobody knows it");
    }

    [Fact]
    public void Import_and_fix_bring_keys_where_they_belong()
    {
        using FastShardServer source = FastShardServer.Start("epoll");
        using RedisServer redis = RedisServer.Start(source.Folder);
        source.Until(redis.Answers, "redis-server answers");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess three = ClusterNodeProcess.StartOurs("epoll");
        ClusterNodeProcess[] nodes = [one, two, three];
        Manage("create", [.. nodes.Select(node => node.Endpoint), "--cluster-yes"]);
        source.Until(() => nodes.All(IsOk), "all serve");
        foreach (int from in new[] { source.Port, redis.Port })
        {
            using RespClient client = RespClient.Connect(from);
            for (int key = 0; key < 50; key++) client.Run("SET", $"from:{from}:{key}", "v");
            Manage("import", [$"127.0.0.1:{one.Port}", "--cluster-from", $"127.0.0.1:{from}"]);
            Assert.Equal(0, client.Run("DBSIZE").Integer);
        }
        Assert.Equal(100, nodes.Sum(node => node.Ask("DBSIZE").Integer));

        // A move that was left in the midst: some keys are here and some there.
        for (int key = 0; key < 10; key++) one.Ask("SET", $"{{b}}{key}", "v"); // slot 3300
        two.Ask("CLUSTER", "SETSLOT", "3300", "IMPORTING", one.Id);
        one.Ask("CLUSTER", "SETSLOT", "3300", "MIGRATING", two.Id);
        string[] move = ["MIGRATE", "127.0.0.1", $"{two.Port}", "", "0", "5000", "KEYS", "{b}1", "{b}2"];
        Assert.Equal("OK", one.Ask(move).Text);
        Assert.Equal($"ASK 3300 127.0.0.1:{two.Port}", one.Ask("GET", "{b}1").Text);
        Assert.Equal("NOKEY", one.Ask("MIGRATE", "127.0.0.1", $"{two.Port}", "{b}1", "0", "5000").Text);
        Manage("fix", [$"127.0.0.1:{one.Port}"]);
        source.Until(() => nodes.All(IsOk), "all serve");
        long there = two.Ask("CLUSTER", "COUNTKEYSINSLOT", "3300").Integer;
        Assert.Equal(10, there + one.Ask("CLUSTER", "COUNTKEYSINSLOT", "3300").Integer);
        Assert.Contains(there, new long[] { 0, 10 });
        Assert.Contains("All 16384 slots covered", Manage("check", [$"127.0.0.1:{one.Port}"]));
    }

    private static void Reshard(ClusterNodeProcess any, ClusterNodeProcess from, ClusterNodeProcess to, int slots) =>
        Manage("reshard",
        [
            $"127.0.0.1:{any.Port}", "--cluster-from", from.Id, "--cluster-to", to.Id, "--cluster-slots", $"{slots}",
            "--cluster-yes",
        ]);

    // What one node was told the others know a little later: until then redis-cli refuses, and says so.
    private static string Manage(string command, string[] arguments)
    {
        ProgramResult run = ProgramRun.Run("redis-cli", ["--cluster", command, .. arguments]);
        for (int again = 0; again < 50 && Says(run, "don't agree about"); again++)
            run = ProgramRun.Run("redis-cli", ["--cluster", command, .. arguments]);
        Assert.True(run.ExitCode == 0 && !Says(run, "[ERR]"), run.ToString());
        return run.ToString();
    }

    private static bool Says(ProgramResult run, string text) =>
        run.ToString().Contains(text, StringComparison.Ordinal);

    private static bool IsOk(ClusterNodeProcess node) =>
        node.Ask("CLUSTER", "INFO").Text!.StartsWith("cluster_state:ok", StringComparison.Ordinal);
}
