namespace FastShard.UnitTests.Cluster.Simulation;

/// <summary>What happens to a cluster in one run: faults of every kind, drawn from the seed, then peace.</summary>
internal static class SimStorm
{
    private const int StormMillis = 20_000;

    public static SimCluster Run(int seed)
    {
        var draw = new Random(seed);
        int primaries = draw.Next(3, 5);
        SimCluster cluster = SimCluster.Create(seed, primaries, draw.Next(primaries, primaries + 3));
        int moved = 0;
        for (int spent = 0; spent < StormMillis;)
        {
            Strike(cluster, draw, ref moved);
            int pause = draw.Next(100, 4000);
            cluster.Run(pause);
            spent += pause;
        }
        Heal(cluster);
        cluster.RunUntilConverged(90_000);
        return cluster;
    }

    private static void Strike(SimCluster cluster, Random draw, ref int moved)
    {
        SimNode node = cluster.Nodes[draw.Next(cluster.Nodes.Count)];
        switch (draw.Next(9))
        {
            case 0 or 1:
                if (node.IsUp) node.Crash();
                break;
            case 2 or 3:
                foreach (SimNode fallen in cluster.Nodes.Where(fallen => !fallen.IsUp).ToList())
                {
                    // One that comes back at another place must find the others: it is the only one that moves.
                    if (draw.Next(4) == 0 && cluster.Nodes.Count(other => !other.IsUp) == 1)
                        fallen.Ip = $"10.0.1.{++moved}";
                    fallen.Restart();
                }
                break;
            case 4:
                foreach (SimNode one in cluster.Nodes) one.Side = draw.Next(2);
                break;
            case 5:
                foreach (SimNode one in cluster.Nodes) one.Side = 0;
                break;
            case 6:
                cluster.Network.Loss = draw.Next(3) * 0.1;
                cluster.Network.Duplication = draw.Next(3) * 0.1;
                cluster.Network.DelayMaxMillis = draw.Next(2) == 0 ? 5 : 400;
                break;
            case 7:
                node.Act(machine => machine.Admin.Failover(isForced: draw.Next(2) == 0, isTakeover: false));
                break;
            default:
                cluster.Network.DropLinksOf(node);
                break;
        }
    }

    private static void Heal(SimCluster cluster)
    {
        cluster.Network.Loss = 0;
        cluster.Network.Duplication = 0;
        cluster.Network.DelayMaxMillis = 5;
        foreach (SimNode node in cluster.Nodes)
        {
            node.Side = 0;
            if (!node.IsUp) node.Restart();
        }
    }
}
