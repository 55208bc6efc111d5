using FastShard.UnitTests.Cluster.Simulation;
using Xunit;

namespace FastShard.UnitTests.Cluster;

/// <summary>
/// Whole clusters through storms. CLUSTER_SEEDS says how many (default 200), FASTSHARD_SEED repeats one.
/// </summary>
public sealed class SimulationTests
{
    private const int SeedsByDefault = 200;

    [Fact]
    public void After_any_storm_all_nodes_agree_and_no_slot_ever_had_two_owners_of_an_epoch()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("FASTSHARD_SEED"), out int one))
        {
            SimStorm.Run(one);
            return;
        }
        int seeds = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_SEEDS"), out int wanted)
            ? wanted : SeedsByDefault;
        int votes = 0;
        for (int seed = 1; seed <= seeds; seed++)
        {
            try
            {
                votes += SimStorm.Run(seed).Observer.Votes;
            }
            catch (InvalidOperationException fault)
            {
                Assert.Fail($"FASTSHARD_SEED={seed}: {fault.Message}\n{fault.StackTrace}");
            }
        }
        // Storms in which nobody was ever elected would prove nothing.
        Assert.True(votes > seeds, $"{votes} votes in {seeds} storms");
    }

    [Fact]
    public void A_seed_is_a_run()
    {
        string first = SimStorm.Run(7).Describe();
        Assert.Equal(first, SimStorm.Run(7).Describe());
    }

    [Fact]
    public void Many_nodes_come_together_and_replace_one()
    {
        // CLUSTER_NODES=100 takes its time: everybody talks to everybody.
        int nodes = int.TryParse(Environment.GetEnvironmentVariable("CLUSTER_NODES"), out int wanted) ? wanted : 40;
        SimCluster cluster = SimCluster.Create(1, nodes * 2 / 5, nodes - (nodes * 2 / 5));
        cluster.Nodes[0].Crash();
        string lost = cluster.Nodes[0].State.Myself.Id.ToString();
        cluster.RunUntil("a replica takes over", () => cluster.Nodes.Skip(1).All(node =>
            node.State.IsOk && node.State.Slots.Owner(0)!.Id.ToString() != lost));
        cluster.Nodes[0].Restart();
        cluster.RunUntilConverged();
        Assert.True(cluster.Nodes[0].State.Myself.IsReplica);
    }
}
