using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Migration;
using Xunit;

namespace FastShard.SystemTests.Clustering;

/// <summary>CLUSTER REBALANCE and `fastshard rebalance` on real nodes.</summary>
[Collection(SequentialGroup.Name)]
public sealed class RebalanceTests
{
    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void A_plan_shows_what_a_new_node_would_get_and_what_it_costs(string transport)
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess full = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess empty = ClusterNodeProcess.StartOurs(transport);
        Join(watcher, full, empty);
        for (int key = 0; key < 200; key++) Assert.Equal("OK", full.Ask("SET", $"key:{key}", "value").Text);

        RespValue plan = full.Ask("CLUSTER", "REBALANCE", "PLAN");
        Assert.Empty(Field(plan, "silent-nodes").Elements!);
        Assert.Equal(2, Field(plan, "agreeing-primaries").Integer);
        IReadOnlyList<RespValue> moves = Field(plan, "moves").Elements!;
        Assert.NotEmpty(moves);
        Assert.All(moves, move => Assert.Equal(empty.Id, Field(move, "to").Text));
        Assert.Equal(Field(plan, "slots").Integer, moves.Sum(move => Field(move, "slots").Integer));
        Assert.InRange(Field(plan, "keys").Integer, 80, 120);
        Assert.True(Field(plan, "bytes").Integer > 0 && Field(plan, "estimated-ms").Integer > 0);
        Assert.Equal(200, Field(plan, "nodes").Elements!.Sum(node => Field(node, "keys").Integer));

        // Planned by slots alone it is one run, and any node can plan it.
        plan = empty.Ask("CLUSTER", "REBALANCE", "PLAN", "BY", "SLOTS", "WEIGHT", full.Id, "3");
        Assert.Equal(4096, Field(plan, "slots").Integer);
        Assert.Equal("12288-16383", Field(Field(plan, "moves").Elements![0], "ranges").Text);
        plan = full.Ask("CLUSTER", "REBALANCE", "PLAN", "WEIGHT", full.Id, "0");
        Assert.Equal((16384, 200), (Field(plan, "slots").Integer, Field(plan, "keys").Integer));
        Assert.Equal("idle", Field(full.Ask("CLUSTER", "REBALANCE", "STATUS"), "state").Text);
    }

    [Fact]
    public void A_plan_is_refused_when_the_cluster_is_another()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess full = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess empty = ClusterNodeProcess.StartOurs("epoll");
        Join(watcher, full, empty);
        string id = Field(full.Ask("CLUSTER", "REBALANCE", "PLAN"), "plan-id").Text!;
        Assert.Equal("OK", full.Ask("CLUSTER", "DELSLOTS", "7").Text);
        Assert.Equal(
            "ERR the cluster has changed since the plan was made",
            full.Ask("CLUSTER", "REBALANCE", "APPLY", id).Text);
        Assert.Equal("ERR there is no plan nonsense", full.Ask("CLUSTER", "REBALANCE", "APPLY", "nonsense").Text);
        Assert.Equal("ERR no plan is being carried out", full.Ask("CLUSTER", "REBALANCE", "PAUSE").Text);
        Assert.Equal("ERR no plan is being carried out", full.Ask("CLUSTER", "REBALANCE", "RESUME").Text);
        Assert.Equal("ERR no plan is being carried out", full.Ask("CLUSTER", "REBALANCE", "ABORT").Text);
        Assert.Equal("ERR syntax error", full.Ask("CLUSTER", "REBALANCE", "PLAN", "BY", "MOOD").Text);
        Assert.Equal("ERR syntax error", full.Ask("CLUSTER", "REBALANCE", "PLAN", "WEIGHT", "x", "1").Text);
        Assert.StartsWith("CLUSTER REBALANCE <subcommand>", full.Ask("CLUSTER", "REBALANCE", "HELP").Elements![0].Text);
    }

    [Fact]
    public void The_command_line_shows_the_plan_as_a_table_and_asks_before_anything_moves()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess full = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess empty = ClusterNodeProcess.StartOurs("epoll");
        Join(watcher, full, empty);
        string address = $"127.0.0.1:{full.Port}";
        ProgramResult plan = FastShardServer.Run("rebalance", address, "--by", "slots");
        Assert.True(plan.ExitCode == 0, plan.ToString());
        Assert.Contains("16384 -> 8192", plan.Output);
        Assert.Contains("8192-16383", plan.Output);
        Assert.Contains("1 moves of 8192 slots", plan.Output);
        ProgramResult asked = FastShardServer.Run("rebalance", address, "--apply");
        Assert.Contains("Nothing was moved.", asked.Output);
        Assert.NotEqual(0, asked.ExitCode);
        ProgramResult status = FastShardServer.Run("rebalance", address, "--status");
        Assert.StartsWith("idle", status.Output);
        Assert.Contains("'--soon' is not understood", FastShardServer.Run("rebalance", "--soon").Errors);
        Assert.Contains("--weight NODE-ID=WEIGHT", FastShardServer.Run("rebalance", "--help").Output);
    }

    [Fact]
    public void A_plan_that_is_applied_moves_what_it_said_while_clients_write()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess full = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess empty = ClusterNodeProcess.StartOurs("epoll");
        Join(watcher, full, empty);
        using ClusterWriter writer = ClusterWriter.Start(full.Port, threads: 2, keys: 200);
        RespValue plan = full.Ask("CLUSTER", "REBALANCE", "PLAN", "BY", "SLOTS");
        Assert.Equal("OK", full.Ask("CLUSTER", "REBALANCE", "APPLY", Field(plan, "plan-id").Text!).Text);
        watcher.Until(() => StateOf(full) == "done", "it is done");
        RespValue status = full.Ask("CLUSTER", "REBALANCE", "STATUS");
        Assert.Equal(Field(status, "moves").Integer, Field(status, "moves-done").Integer);
        watcher.Until(() => full.See(empty).Contains(" connected 8192-16383"), "the slots are there");
        writer.EndWith(errorsMax: 0);
        Assert.True(empty.Ask("DBSIZE").Integer > 0);
        Assert.Empty(Field(full.Ask("CLUSTER", "REBALANCE", "PLAN", "BY", "SLOTS"), "moves").Elements!);

        // And all of it back, told by the other node.
        ProgramResult back = FastShardServer.Run(
            "rebalance", $"127.0.0.1:{empty.Port}", "--weight", $"{empty.Id}=0", "--apply", "--yes");
        Assert.True(back.ExitCode == 0, back.ToString());
        watcher.Until(() => StateOf(empty) == "done", "it is done");
        watcher.Until(() => full.See(full).Contains(" connected 0-16383"), "the slots are back");
    }

    [Fact]
    public void Left_alone_a_node_that_came_gets_its_slots_by_itself()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        string[] options = ["--cluster-rebalance-automatic", "yes", "--cluster-rebalance-interval", "1"];
        using ClusterNodeProcess full = ClusterNodeProcess.StartOurs("epoll", options);
        using ClusterNodeProcess empty = ClusterNodeProcess.StartOurs("epoll", options);
        Join(watcher, full, empty);
        watcher.Until(() => full.See(empty).EndsWith(" connected 8192-16383", StringComparison.Ordinal),
            "it moves");
        // One of the two did it; above a size it would have asked.
        watcher.Until(() => StateOf(full) == "done" ^ StateOf(empty) == "done", "one of them is done");
        Assert.Equal("OK", full.Ask("CONFIG", "SET", "cluster-rebalance-approval-size", "0").Text);
        Assert.Equal("OK", empty.Ask("CONFIG", "SET", "cluster-rebalance-approval-size", "0").Text);
        Assert.Equal("OK", full.Ask("SET", "{b}1", "x").Text);
        string weights = $"{full.Id}=1 {empty.Id}=3";
        Assert.Equal("OK", full.Ask("CONFIG", "SET", "cluster-rebalance-weights", weights).Text);
        Assert.Equal("OK", empty.Ask("CONFIG", "SET", "cluster-rebalance-weights", weights).Text);
        watcher.Until(
            () => StateOf(full) == "awaiting-approval" || StateOf(empty) == "awaiting-approval", "it asks");
        ClusterNodeProcess asking = StateOf(full) == "awaiting-approval" ? full : empty;
        Assert.Equal("OK", asking.Ask("CLUSTER", "REBALANCE", "ABORT").Text);
    }

    private static string StateOf(ClusterNodeProcess node) =>
        Field(node.Ask("CLUSTER", "REBALANCE", "STATUS"), "state").Text!;

    [Fact]
    public void A_redis_server_is_measured_too()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess theirs = ClusterNodeProcess.StartRedis(watcher);
        using ClusterNodeProcess ours = ClusterNodeProcess.StartOurs("epoll");
        Join(watcher, theirs, ours);
        for (int key = 0; key < 50; key++) Assert.Equal("OK", theirs.Ask("SET", $"key:{key}", "value").Text);
        RespValue plan = ours.Ask("CLUSTER", "REBALANCE", "PLAN", "BY", "KEYS");
        RespValue node = Field(plan, "nodes").Elements!.Single(one => Field(one, "id").Text == theirs.Id);
        Assert.Equal(50, Field(node, "keys").Integer);
        Assert.True(Field(node, "bytes").Integer > 0);
        Assert.InRange(Field(plan, "keys").Integer, 20, 30);
    }

    // The second knows the first, and has nothing.
    private static void Join(FastShardServer watcher, ClusterNodeProcess full, ClusterNodeProcess empty)
    {
        Assert.Equal("OK", full.Ask("CLUSTER", "ADDSLOTSRANGE", "0", "8191").Text);
        Assert.Equal("OK", full.Ask("CLUSTER", "ADDSLOTSRANGE", "8192", "16383").Text);
        Assert.Equal("OK", empty.Ask("CLUSTER", "MEET", "127.0.0.1", $"{full.Port}", $"{full.BusPort}").Text);
        watcher.Until(
            () => full.See(empty).Contains(" connected") && empty.See(full).Contains(" connected 0-16383")
                && full.Ask("GET", "a").Type == '$',
            "they know each other");
    }

    private static RespValue Field(RespValue map, string name)
    {
        IReadOnlyList<RespValue> pairs = map.Elements!;
        for (int index = 0; index + 1 < pairs.Count; index += 2)
        {
            if (pairs[index].Text == name) return pairs[index + 1];
        }
        throw new KeyNotFoundException($"{name} in {map}");
    }
}
