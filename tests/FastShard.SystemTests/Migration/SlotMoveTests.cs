using FastShard.SystemTests.Clustering;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Migration;

/// <summary>CLUSTER MIGRATESLOTS on real processes, under writes, with trouble.</summary>
[Collection(SequentialGroup.Name)]
public sealed class SlotMoveTests
{
    private const int Last = 3000;

    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void Slots_go_round_while_clients_write_and_replicas_follow(string transport)
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess three = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess copyOfOne = ClusterNodeProcess.StartOurs(transport);
        using ClusterNodeProcess copyOfTwo = ClusterNodeProcess.StartOurs(transport);
        SlotMove.Create(watcher, one, two, three);
        Follow(watcher, copyOfOne, one);
        Follow(watcher, copyOfTwo, two);
        using ClusterWriter writer = ClusterWriter.Start(one.Port, threads: 2, keys: 200, $"0-{Last + 500}");
        SlotMove.Run(watcher, one, two, 0, Last);
        Assert.Equal("IMPORT", SlotMove.Newest(two)["operation"]);
        Assert.Equal(("EXPORT", $"0-{Last}"), (SlotMove.Newest(one)["operation"], SlotMove.Newest(one)["slot_ranges"]));
        Assert.Equal(two.Id, SlotMove.Newest(one)["target_node"]);
        SlotMove.Run(watcher, two, three, 0, Last);
        SlotMove.Run(watcher, three, one, 0, Last);
        SlotMove.Run(watcher, one, two, 0, Last);
        Assert.True(writer.EndWith(errorsMax: 0) > 0);

        ClusterNodeProcess[] primaries = [one, two, three];
        watcher.Until(() => primaries.All(node => CountKeys(node, 0, Last) == (node == two ? KeysOf(two, Last) : 0)),
            "what is left is gone");
        watcher.Until(() => Digest(one) == Digest(copyOfOne), "the source's replica has what it has");
        watcher.Until(() => Digest(two) == Digest(copyOfTwo), "the target's as well");
        Assert.Equal(0, CountKeys(one, 0, Last));
        Assert.True(primaries.All(node => SlotMove.Sees(node, two, 0)), "all agree");
    }

    [Fact]
    public void Keys_that_come_are_hidden_until_they_have_come()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll");
        SlotMove.Create(watcher, one, two);
        string value = new('x', 1000);
        for (int key = 0; key < 300; key++) one.Ask("SET", $"{{b}}{key}", value); // slot 3300
        one.Ask("PEXPIRE", "{b}7", "200");
        one.Ask("CONFIG", "SET", "cluster-slot-migration-max-bytes-per-second", "150000");
        SlotMove.Begin(one, two, 3300, 3300);
        using (RespClient direct = RespClient.Connect(two.Port))
        {
            watcher.Until(() => direct.Run("DEBUG", "DIGEST").Text != new string('0', 40), "something has come");
            Assert.Equal("snapshotting", SlotMove.State(one));
            Assert.Equal("importing", SlotMove.State(two));
            Assert.Equal(0, direct.Run("DBSIZE").Integer);
            Assert.Empty(direct.Run("KEYS", "*").Elements!);
            Assert.Empty(direct.Run("SCAN", "0", "COUNT", "10000").Elements![1].Elements!);
            Assert.True(direct.Run("RANDOMKEY").IsNull);
            Assert.Equal(0, direct.Run("CLUSTER", "COUNTKEYSINSLOT", "3300").Integer);
            Assert.Empty(direct.Run("CLUSTER", "GETKEYSINSLOT", "3300", "10").Elements!);
            Assert.DoesNotContain("db0", direct.Run("INFO", "keyspace").Text!);
            Assert.Equal($"MOVED 3300 127.0.0.1:{one.Port}", direct.Run("GET", "{b}1").Text);
            Assert.StartsWith(
                "ERR Slots are already",
                one.Ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "3300", "3301", "NODE", two.Id).Text);
        }
        // Commands of several keys go on all through.
        Assert.Equal(2, one.Ask("MGET", "{b}1", "{b}299").Elements!.Count);
        Assert.Equal("OK", one.Ask("RENAME", "{b}1", "{b}299").Text);
        Assert.Equal(1, one.Ask("COPY", "{b}298", "{b}new").Integer);
        Assert.Equal("OK", one.Ask("CLUSTER", "CANCELSLOTMIGRATIONS").Text);
        Assert.Equal("cancelled", SlotMove.State(one));
        watcher.Until(() => SlotMove.State(two) == "failed", "the target knows");
        watcher.Until(() => two.Ask("DEBUG", "DIGEST").Text == new string('0', 40), "it has dropped what had come");

        one.Ask("CONFIG", "SET", "cluster-slot-migration-max-bytes-per-second", "0");
        SlotMove.Run(watcher, one, two, 3300, 3300);
        watcher.Until(() => two.Ask("DBSIZE").Integer == 299, "the one with the deadline goes as well");
        Assert.Equal(0, one.Ask("DBSIZE").Integer);
        Assert.Equal(value, two.Ask("GET", "{b}new").Text);
        Assert.True(two.Ask("GET", "{b}1").IsNull);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Either_side_may_die_and_the_other_goes_on(int seed)
    {
        var random = new Random(seed);
        using FastShardServer watcher = FastShardServer.Start("epoll");
        string[] durable = ["--appendonly", "yes", "--appendfsync", "always"];
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll", durable);
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll", durable);
        SlotMove.Create(watcher, one, two);
        ClusterNodeProcess[] nodes = [one, two];
        Dictionary<string, string> written = [];
        for (int key = 0; key < 2000; key++)
        {
            string name = $"{{b}}{key}"; // slot 3300
            written[name] = $"{key}";
        }
        using (RespClient client = RespClient.Connect(one.Port))
        {
            foreach ((string name, string value) in written) client.Send("SET", name, value);
            foreach (string _ in written.Keys) Assert.Equal("OK", client.Read().Text);
        }
        int owner = 0;
        for (int round = 0; round < 4; round++)
        {
            ClusterNodeProcess from = nodes[owner];
            ClusterNodeProcess to = nodes[1 - owner];
            SlotMove.Begin(from, to, 3300, 3300);
            long looks = random.Next(1, 40);
            watcher.Until(() => looks-- == 0 || SlotMove.IsOver(from), "somewhere in the midst");
            ClusterNodeProcess killed = random.Next(2) == 0 ? from : to;
            killed.Kill();
            killed.Restart();
            ClusterNodeProcess other = killed == from ? to : from;
            watcher.Until(() => nodes.All(SlotMove.IsOk), "both serve again");
            watcher.Until(() => nodes.All(node => Owners(node, nodes) == Owners(other, nodes)), "they agree");
            owner = SlotMove.Sees(other, one, 3300) || Has(other.See(one), 3300) ? 0 : 1;
            foreach ((string name, string value) in written)
                Assert.Equal((name, value), (name, nodes[owner].Ask("GET", name).Text));
            watcher.Until(() => nodes[1 - owner].Ask("DEBUG", "DIGEST").Text == new string('0', 40), "one has it all");
        }
    }

    [Fact]
    public void A_redis_server_cannot_take_slots_as_a_whole()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess theirs = ClusterNodeProcess.StartRedis(watcher);
        SlotMove.Create(watcher, one, theirs);
        one.Ask("SET", "{b}1", "x");
        SlotMove.Begin(one, theirs, 3300, 3300);
        watcher.Until(() => SlotMove.IsOver(one), "it is over");
        Assert.Equal("failed", SlotMove.State(one));
        Assert.Contains("unknown subcommand", SlotMove.Newest(one)["message"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal("x", one.Ask("GET", "{b}1").Text);
        string[] wrong = ["CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "0", "0", "NODE"];
        Assert.StartsWith("ERR Unknown node name", one.Ask([.. wrong, new string('0', 40)]).Text);
        Assert.StartsWith("ERR Target node can not be", one.Ask([.. wrong, one.Id]).Text);
        Assert.Equal("ERR Slots are not served by this node.",
            one.Ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "16000", "16001", "NODE", theirs.Id).Text);
        Assert.Equal(
            "ERR syntax error", one.Ask("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", "0", "1", "NOD", theirs.Id).Text);
    }

    [Fact]
    public void Clients_that_wait_are_sent_along_and_listeners_are_told()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        using ClusterNodeProcess one = ClusterNodeProcess.StartOurs("epoll");
        using ClusterNodeProcess two = ClusterNodeProcess.StartOurs("epoll");
        SlotMove.Create(watcher, one, two);
        using RespClient waiting = RespClient.Connect(one.Port);
        using RespClient listening = RespClient.Connect(one.Port);
        waiting.Send("BLPOP", "{b}list", "0");
        listening.Send("SSUBSCRIBE", "{b}news");
        Assert.Equal("ssubscribe", listening.Read().Elements![0].Text);
        watcher.Until(() => one.Ask("INFO", "clients").Text!.Contains("blocked_clients:1"), "it waits");
        SlotMove.Run(watcher, one, two, 3300, 3300);
        Assert.Equal($"MOVED 3300 127.0.0.1:{two.Port}", waiting.Read().Text);
        RespValue push = listening.Read();
        Assert.Equal(["sunsubscribe", "{b}news", "0"], push.Elements!.Select(element => element.Text));
    }

    private static void Follow(FastShardServer watcher, ClusterNodeProcess replica, ClusterNodeProcess primary)
    {
        Assert.Equal("OK", replica.Ask("CLUSTER", "MEET", "127.0.0.1", $"{primary.Port}", $"{primary.BusPort}").Text);
        watcher.Until(() => replica.See(primary).Contains(" connected "), "they know each other");
        watcher.Until(() => replica.Ask("CLUSTER", "REPLICATE", primary.Id).Text == "OK", "it follows");
        watcher.Until(
            () => replica.Ask("INFO", "replication").Text!.Contains("master_link_status:up"), "it has the data");
    }

    private static long CountKeys(ClusterNodeProcess node, int first, int last)
    {
        using RespClient client = RespClient.Connect(node.Port);
        for (int slot = first; slot <= last; slot++) client.Send("CLUSTER", "COUNTKEYSINSLOT", $"{slot}");
        long count = 0;
        for (int slot = first; slot <= last; slot++) count += client.Read().Integer;
        return count;
    }

    private static long KeysOf(ClusterNodeProcess node, int last) => CountKeys(node, 0, last);

    private static string Digest(ClusterNodeProcess node) => node.Ask("DEBUG", "DIGEST").Text!;

    private static string Owners(ClusterNodeProcess node, ClusterNodeProcess[] nodes) =>
        string.Join('\n', nodes.Select(other => string.Join(' ', node.See(other).Split(' ')[8..])));

    private static bool Has(string line, int slot)
    {
        string[] words = line.Split(' ');
        foreach (string range in words[8..])
        {
            if (range.StartsWith('[')) continue;
            string[] ends = range.Split('-');
            if (int.Parse(ends[0]) <= slot && slot <= int.Parse(ends[^1])) return true;
        }
        return false;
    }
}
