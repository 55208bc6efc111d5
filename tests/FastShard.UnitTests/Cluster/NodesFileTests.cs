using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Cluster.Text;
using Xunit;

namespace FastShard.UnitTests.Cluster;

/// <summary>nodes.conf as redis-servers wrote it.</summary>
public sealed class NodesFileTests
{
    private const long Now = 1_795_900_000_000;

    [Theory]
    [InlineData("nodes-replica.conf", 18400, 18450)]
    [InlineData("nodes-failed.conf", 18401, 18451)]
    [InlineData("nodes-migrating.conf", 18401, 18451)]
    [InlineData("nodes-importing.conf", 18402, 18452)]
    public void A_file_of_a_redis_server_comes_out_as_it_went_in(string name, int port, int busPort)
    {
        string file = Vector.Text(name);
        ClusterMachine machine = Restore(file, port, busPort);
        Assert.Equal(Sorted(Timeless(file)), Sorted(Timeless(NodesText.File(machine.State))));
        // And once more, from what was written.
        string again = NodesText.File(machine.State);
        Assert.Equal(Sorted(again), Sorted(NodesText.File(Restore(again, port, busPort).State)));
    }

    [Fact]
    public void The_name_that_replicas_share_is_kept()
    {
        string name = new('e', 40);
        string text = Vector.Text("nodes-replica.conf");
        ClusterMachine machine = Restore(text, 18400, 18450);
        string file = NodesText.File(machine.State);
        string shard = machine.State.Myself.ShardId.ToString();
        Assert.Contains($",shard-id={shard} myself", file);
        Assert.Equal(shard, Restore(file, 18400, 18450).State.Myself.ShardId.ToString());
        Assert.Equal(name, Restore(file.Replace(shard, name), 18400, 18450).State.Myself.ShardId.ToString());
        Assert.DoesNotContain("shard-id", NodesText.Describe(machine.State));
    }

    [Fact]
    public void A_file_tells_all_that_matters()
    {
        ClusterState state = Restore(Vector.Text("nodes-failed.conf"), 18401, 18451).State;
        Assert.Equal(4, state.Nodes.Count);
        Assert.Equal((4ul, 4ul), (state.CurrentEpoch, state.LastVoteEpoch));
        Assert.Equal(SlotSet.Slots, state.Slots.AssignedCount);
        ClusterNode failed = state.Slots.Owner(17)!;
        Assert.True(failed.HasFailed);
        Assert.Equal("a82878f5f2f471cb64fe5783dd2dbdc4ab9a0ba5", Assert.Single(failed.Replicas).Id.ToString());
        Assert.Equal("host-a.example", failed.Replicas[0].Hostname);
        Assert.Equal(state.Slots.Owner(16000), state.Slots.MigratingTo(5001));
        Assert.Equal(4ul, failed.ConfigEpoch);
    }

    [Theory]
    [InlineData("")]
    [InlineData("vars currentEpoch x lastVoteEpoch 0")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@2 master - 0 0 2 connected 1-2")]
    [InlineData("880d 127.0.0.1:1@2 myself,master - 0 0 2 connected")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@2 myself,master - 0 0 2")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1 myself,master - 0 0 2 connected")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@99999 myself,master - 0 0 2 connected")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@2 myself,king - 0 0 2 connected")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@2 myself,master - 0 0 2 connected 16384")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@2 myself,master - 0 0 2 connected 9-x")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@2 myself,master - 0 0 2 connected [9->]")]
    [InlineData("880d327807fad358abf299b3c4e829dad217d7fc 127.0.0.1:1@2 myself,master - 0 0 2 connected [9->-880d]")]
    public void A_file_that_is_broken_is_refused_with_its_place(string text)
    {
        Assert.Null(ClusterMachine.Restore(new ClusterSettings(), new Random(1), Now, text + "\n", out string fault));
        Assert.NotEqual("", fault);
    }

    [Fact]
    public void Later_fields_of_an_address_are_read_over()
    {
        const string Text = "880d327807fad358abf299b3c4e829dad217d7fc 10.0.0.1:1@2,host,shard-id=abc,tls-port=0 " +
            "myself,master - 0 0 2 connected 5\nvars currentEpoch 1 lastVoteEpoch 0\n";
        ClusterMachine? machine = ClusterMachine.Restore(
            new ClusterSettings { Hostname = "host" }, new Random(1), Now, Text, out _);
        Assert.Equal("host", machine!.State.Myself.Hostname);
        // An epoch that a node has is one that the cluster has.
        Assert.Equal(2ul, machine.State.CurrentEpoch);
    }

    private static ClusterMachine Restore(string text, int port, int busPort)
    {
        string address = text.Split('\n').First(line => line.Contains("myself")).Split(' ')[1];
        string hostname = address.Split(',') is [_, var name, ..] ? name : "";
        var settings = new ClusterSettings { Announced = new NodeAddress("", port, 0, busPort), Hostname = hostname };
        ClusterMachine? machine = ClusterMachine.Restore(settings, new Random(1), Now, text, out string fault);
        Assert.True(machine is not null, fault);
        return machine;
    }

    // When pings were, and which links are there, begins anew.
    private static string Timeless(string text) => string.Join('\n', text.Split('\n').Select(line =>
    {
        string[] words = line.Split(' ');
        if (words.Length < 8) return line;
        (words[4], words[5], words[7]) = ("", "", "");
        // A redis-server 7.0 has none, and this node finds one.
        int shard = words[1].IndexOf(",shard-id=", StringComparison.Ordinal);
        if (shard >= 0) words[1] = words[1][..shard].TrimEnd(',');
        return string.Join(' ', words);
    }));

    private static string Sorted(string text) => string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));
}
