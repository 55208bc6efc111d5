using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Cluster.Text;
using FastShard.UnitTests.Cluster.Simulation;
using Xunit;

namespace FastShard.UnitTests.Cluster;

/// <summary>One thing after the other in small clusters.</summary>
public sealed class ClusterScenarioTests
{
    [Fact]
    public void The_replica_with_more_of_the_stream_replaces_a_primary_that_died()
    {
        SimCluster cluster = SimCluster.Create(1, 3, 4);
        SimNode behind = cluster.Nodes[3];
        SimNode ahead = cluster.Nodes[6];
        Assert.Equal(cluster.Nodes[0].State.Myself.Id, ahead.State.Myself.Primary!.Id);
        // One of them has lost its way to the stream, but not to the others.
        behind.IsDeaf = true;
        cluster.Run(3000);
        Assert.True(ahead.Offset > behind.Offset);
        cluster.Nodes[0].Crash();
        cluster.RunUntil("a replica leads", () => cluster.Nodes.Exists(node =>
            node.IsUp && node.State.Myself.Slots.Has(0)));
        Assert.True(ahead.State.Myself.IsPrimary);
        behind.IsDeaf = false;
        cluster.Nodes[0].Restart();
        cluster.RunUntilConverged();
        Assert.True(cluster.Nodes[0].State.Myself.IsReplica);
        Assert.Equal(ahead.State.Myself.Id, behind.State.Myself.Primary!.Id);
    }

    [Fact]
    public void A_primary_and_its_replicas_share_a_name_whoever_leads()
    {
        SimCluster cluster = SimCluster.Create(4, 3, 3);
        SimNode primary = cluster.Nodes[0];
        SimNode replica = cluster.Nodes[3];
        string shard = primary.State.Myself.ShardId.ToString();
        cluster.RunUntil("the replica has the name", () => replica.State.Myself.ShardId.ToString() == shard);
        Assert.NotEqual(shard, cluster.Nodes[1].State.Myself.ShardId.ToString());
        primary.Crash();
        cluster.RunUntil("the replica leads", () => replica.State.Myself.IsPrimary);
        primary.Restart();
        cluster.RunUntilConverged();
        Assert.Equal(shard, replica.State.Myself.ShardId.ToString());
        Assert.Equal(shard, primary.State.Myself.ShardId.ToString());
        cluster.RunUntil("all know", () => cluster.Nodes.TrueForAll(node =>
            node.State.Nodes.Find(replica.State.Myself.Id)!.ShardId.ToString() == shard));
    }

    [Fact]
    public void A_failover_that_was_asked_for_loses_nothing_and_needs_no_timeout()
    {
        SimCluster cluster = SimCluster.Create(2, 3, 3);
        SimNode primary = cluster.Nodes[0];
        SimNode replica = cluster.Nodes[3];
        long start = cluster.NowMillis;
        replica.Act(machine => SimCluster.Demand(machine.Admin.Failover(isForced: false, isTakeover: false)));
        cluster.RunUntil("the replica leads", () => replica.State.Myself.IsPrimary);
        Assert.Equal(1, primary.Pauses);
        Assert.True(cluster.NowMillis - start < cluster.Settings.NodeTimeoutMillis);
        // Nothing was written there that is not here.
        Assert.True(primary.Offset <= replica.Offset, $"{primary.Offset} of the old one, {replica.Offset} of the new");
        cluster.RunUntilConverged();
        Assert.False(primary.WritesArePaused);
        Assert.Equal(replica.State.Myself.Id, primary.State.Myself.Primary!.Id);
    }

    [Fact]
    public void A_failover_that_cannot_be_is_given_up_and_writes_go_on()
    {
        SimCluster cluster = SimCluster.Create(3, 3, 3);
        SimNode primary = cluster.Nodes[0];
        SimNode replica = cluster.Nodes[3];
        replica.IsDeaf = true;
        cluster.Run(500);
        replica.Act(machine => SimCluster.Demand(machine.Admin.Failover(isForced: false, isTakeover: false)));
        cluster.RunUntil("writes are held back", () => primary.WritesArePaused);
        cluster.RunUntil("they go on", () => !primary.WritesArePaused);
        Assert.True(primary.State.Myself.IsPrimary);
        Assert.True(replica.State.Myself.IsReplica);
    }

    [Fact]
    public void A_takeover_needs_nobody()
    {
        SimCluster cluster = SimCluster.Create(4, 3, 3);
        cluster.Nodes[0].Crash();
        cluster.Nodes[1].Crash();
        SimNode replica = cluster.Nodes[3];
        cluster.Run(8000);
        Assert.True(replica.State.Myself.IsReplica); // there is no majority to elect it
        Assert.False(cluster.Nodes[2].State.IsOk);
        replica.Act(machine => SimCluster.Demand(machine.Admin.Failover(isForced: false, isTakeover: true)));
        Assert.True(replica.State.Myself.IsPrimary);
        Assert.True(replica.State.Myself.Slots.Has(0));
        cluster.Nodes[0].Restart();
        cluster.Nodes[1].Restart();
        cluster.RunUntilConverged();
        Assert.True(cluster.Nodes[0].State.Myself.IsReplica);
    }

    [Fact]
    public void A_minority_stops_serving_and_yields_when_it_is_back()
    {
        SimCluster cluster = SimCluster.Create(5, 3, 3);
        SimNode lonely = cluster.Nodes[0];
        lonely.Side = 1;
        cluster.RunUntil("the minority stops", () => !lonely.State.IsOk);
        cluster.RunUntil("the majority goes on without it", () => cluster.Nodes[3].State.Myself.IsPrimary
            && cluster.Nodes[1].State.IsOk);
        lonely.Side = 0;
        cluster.RunUntil("it hears of that", () => lonely.State.Myself.IsReplica);
        cluster.RunUntilConverged();
    }

    [Fact]
    public void Data_that_are_too_old_are_not_promoted()
    {
        SimCluster cluster = SimCluster.Create(6, 3, 3, new ClusterSettings
        {
            NodeTimeoutMillis = 1000,
            ReplicaValidityFactor = 1,
            ReplicationPingMillis = 1000,
        });
        cluster.Nodes[3].IsDeaf = true;
        cluster.Run(10_000);
        cluster.Nodes[0].Crash();
        cluster.Run(20_000);
        Assert.True(cluster.Nodes[3].State.Myself.IsReplica);
        Assert.False(cluster.Nodes[1].State.IsOk);
    }

    [Fact]
    public void A_replica_that_does_not_want_to_lead_does_not()
    {
        SimCluster cluster = SimCluster.Create(7, 3, 3);
        SimNode replica = cluster.Nodes[3];
        replica.Act(machine => machine.Configure(machine.State.Settings with { ReplicaNoFailover = true }));
        cluster.Nodes[0].Crash();
        cluster.Run(15_000);
        Assert.True(replica.State.Myself.IsReplica);
        Assert.True(cluster.Nodes[1].State.Nodes.Find(replica.State.Myself.Id)!.Has(NodeFlags.NoFailover));
    }

    [Fact]
    public void A_spare_replica_moves_to_a_primary_that_has_lost_its_own()
    {
        SimCluster cluster = SimCluster.Create(8, 3, 4);
        SimNode orphan = cluster.Nodes[1];
        SimNode itsReplica = cluster.Nodes[4];
        itsReplica.Crash();
        cluster.RunUntil("another one comes", () => cluster.Nodes.Exists(node =>
            node.IsUp && node.State.Myself.Primary?.Id == orphan.State.Myself.Id));
        itsReplica.Restart();
        cluster.RunUntilConverged();
        Assert.Equal(2, orphan.State.Myself.Replicas.Count);
    }

    [Fact]
    public void Primaries_with_one_epoch_part()
    {
        SimCluster cluster = new(9);
        for (int number = 0; number < 3; number++) cluster.AddNode();
        for (int index = 0; index < 3; index++)
        {
            int at = index;
            int[] bounds = [0, 5000, 10_000, SlotSet.Slots];
            SlotSet slots = SimCluster.Range(bounds[at], bounds[at + 1]);
            cluster.Nodes[at].Act(machine => SimCluster.Demand(machine.Admin.AddSlots(slots)));
            if (at > 0) cluster.Nodes[0].Act(machine => machine.Admin.Meet(cluster.Nodes[at].Address));
        }
        cluster.RunUntilConverged();
        Assert.Equal(3, cluster.Nodes.Select(node => node.State.Myself.ConfigEpoch).Distinct().Count());
    }

    [Fact]
    public void A_slot_moves_and_everybody_learns_it()
    {
        SimCluster cluster = SimCluster.Create(10, 3, 0);
        SimNode source = cluster.Nodes[0];
        SimNode target = cluster.Nodes[1];
        string from = source.State.Myself.Id.ToString();
        string to = target.State.Myself.Id.ToString();
        target.Act(machine => SimCluster.Demand(machine.Admin.Import(7, from)));
        source.Act(machine => SimCluster.Demand(machine.Admin.Migrate(7, to)));
        Assert.Contains($"[7->-{to}]", NodesText.File(source.State));
        Assert.StartsWith("ERR Can't assign hashslot 7", Wish(source, admin => admin.Assign(7, to, hasKeys: true)));
        target.Act(machine => SimCluster.Demand(machine.Admin.Assign(7, to, hasKeys: true)));
        source.Act(machine => SimCluster.Demand(machine.Admin.Assign(7, to, hasKeys: false)));
        cluster.RunUntilConverged();
        Assert.All(cluster.Nodes, node => Assert.Equal(to, node.State.Slots.Owner(7)!.Id.ToString()));
        Assert.DoesNotContain("[7", NodesText.File(source.State));
        Assert.DoesNotContain("[7", NodesText.File(target.State));
    }

    [Fact]
    public void Keys_of_slots_that_another_node_took_are_dropped()
    {
        SimCluster cluster = SimCluster.Create(11, 3, 0);
        SimNode source = cluster.Nodes[0];
        SimNode target = cluster.Nodes[1];
        // It takes the slot for itself, without a word to its owner, under the highest epoch.
        string to = target.State.Myself.Id.ToString();
        target.Act(machine =>
        {
            SimCluster.Demand(machine.Admin.Assign(9, to, hasKeys: false));
            machine.Admin.BumpEpoch();
        });
        cluster.RunUntilConverged();
        Assert.Equal([9], source.DroppedSlots);
    }

    [Fact]
    public void Keys_that_a_start_finds_make_slots_its_own_or_strangers()
    {
        SimCluster cluster = SimCluster.Create(18, 3, 0);
        SimNode node = cluster.Nodes[0];
        node.Act(machine =>
        {
            SimCluster.Demand(machine.Admin.RemoveSlots(SimCluster.Range(16000, 16001)));
            SlotSet loaded = SimCluster.Range(15999, 16001);
            loaded.Add(0);
            machine.Admin.ClaimLoaded(loaded);
        });
        Assert.Equal(node.State.Myself, node.State.Slots.Owner(16000));
        Assert.Equal(cluster.Nodes[2].State.Myself.Id, node.State.Slots.ImportingFrom(15999)!.Id);
        Assert.Null(node.State.Slots.ImportingFrom(0));
    }

    [Fact]
    public void Who_was_forgotten_is_not_brought_back_by_gossip()
    {
        SimCluster cluster = SimCluster.Create(12, 3, 1);
        SimNode gone = cluster.Nodes[3];
        gone.Crash();
        string id = gone.State.Myself.Id.ToString();
        cluster.Nodes[0].Act(machine => SimCluster.Demand(machine.Admin.Forget(id)));
        cluster.Run(5000);
        Assert.Equal(3, cluster.Nodes[0].State.Nodes.Count);
        Assert.Equal(4, cluster.Nodes[1].State.Nodes.Count);
        cluster.Run(60_000);
        Assert.Equal(4, cluster.Nodes[0].State.Nodes.Count);
    }

    [Fact]
    public void A_node_that_is_reset_is_alone_and_a_hard_reset_gives_it_a_new_name()
    {
        SimCluster cluster = SimCluster.Create(13, 3, 1);
        SimNode node = cluster.Nodes[3];
        NodeId name = node.State.Myself.Id;
        node.Act(machine => SimCluster.Demand(machine.Admin.Reset(isHard: false, hasKeys: false)));
        Assert.Equal(1, node.State.Nodes.Count);
        Assert.True(node.State.Myself.IsPrimary);
        Assert.Null(node.Following);
        Assert.Equal(name, node.State.Myself.Id);
        node.Act(machine => SimCluster.Demand(machine.Admin.Reset(isHard: true, hasKeys: false)));
        Assert.NotEqual(name, node.State.Myself.Id);
        Assert.Equal(0ul, node.State.CurrentEpoch);
    }

    [Fact]
    public void Messages_reach_all_nodes_and_sharded_ones_those_with_the_slots()
    {
        SimCluster cluster = SimCluster.Create(14, 3, 3);
        cluster.Nodes[0].Act(machine =>
        {
            machine.Publish(isSharded: false, "news"u8, "all"u8);
            machine.Publish(isSharded: true, "local"u8, "few"u8);
        });
        cluster.Run(1000);
        Assert.Empty(cluster.Nodes[0].Messages);
        Assert.Equal(["news:all"], cluster.Nodes[1].Messages);
        Assert.Equal(["news:all", "local:few"], cluster.Nodes[3].Messages);
    }

    [Fact]
    public void Who_could_not_call_back_in_time_is_met_again()
    {
        SimCluster cluster = new(17);
        SimNode one = cluster.AddNode();
        SimNode two = cluster.AddNode();
        two.IsMute = true;
        one.Act(machine => machine.Admin.Meet(two.Address));
        cluster.RunUntil("one knows two", () => one.State.Nodes.Find(two.State.Myself.Id) is not null);
        cluster.RunUntil("two has given up", () => two.State.Nodes.Count == 1);
        two.IsMute = false;
        cluster.RunUntil("two knows one", () => two.State.Nodes.Find(one.State.Myself.Id) is not null);
    }

    [Fact]
    public void A_handshake_with_nobody_ends_and_one_with_itself_does_too()
    {
        SimCluster cluster = new(15);
        SimNode node = cluster.AddNode();
        node.Act(machine =>
        {
            machine.Admin.Meet(new NodeAddress("10.9.9.9", 1, 0, 2));
            machine.Admin.Meet(node.Address);
        });
        Assert.Equal(3, node.State.Nodes.Count);
        Assert.Single(NodesText.File(node.State).Split('\n'), line => line.Contains("master"));
        cluster.RunUntil("they end", () => node.State.Nodes.Count == 1);
    }

    [Theory]
    [InlineData("ERR Slot 3 is already busy", "add")]
    [InlineData("ERR Slot 9000 is already unassigned", "remove")]
    [InlineData("ERR I'm already the owner of hash slot 3", "import")]
    [InlineData("ERR I'm not the owner of hash slot 9000", "migrate")]
    [InlineData("ERR You should send CLUSTER FAILOVER to a replica", "failover")]
    [InlineData("ERR I tried hard but I can't forget myself...", "forget")]
    [InlineData("ERR Can't replicate myself", "replicate")]
    [InlineData("ERR Unknown node nobody", "unknown")]
    [InlineData("ERR CLUSTER RESET can't be called with master nodes containing keys", "reset")]
    [InlineData("ERR Invalid config epoch specified: -1", "epoch")]
    [InlineData("ERR DB must be empty to perform CLUSTER FLUSHSLOTS.", "flush")]
    public void What_cannot_be_is_refused(string error, string wish)
    {
        SimCluster cluster = new(16);
        SimNode node = cluster.AddNode();
        string me = node.State.Myself.Id.ToString();
        node.Act(machine => SimCluster.Demand(machine.Admin.AddSlots(SimCluster.Range(0, 100))));
        Assert.Equal(error, Wish(node, admin => wish switch
        {
            "add" => admin.AddSlots(SimCluster.Range(3, 4)),
            "remove" => admin.RemoveSlots(SimCluster.Range(9000, 9001)),
            "import" => admin.Import(3, me),
            "migrate" => admin.Migrate(9000, me),
            "failover" => admin.Failover(isForced: false, isTakeover: false),
            "forget" => admin.Forget(me),
            "replicate" => admin.Replicate(me, hasKeys: false),
            "unknown" => admin.Replicate("nobody", hasKeys: false),
            "reset" => admin.Reset(isHard: false, hasKeys: true),
            "epoch" => admin.SetConfigEpoch(-1),
            _ => admin.FlushSlots(hasKeys: true),
        }));
    }

    private static string? Wish(SimNode node, Func<ClusterAdmin, string?> wish)
    {
        string? error = null;
        node.Act(machine => error = wish(machine.Admin));
        return error;
    }
}
