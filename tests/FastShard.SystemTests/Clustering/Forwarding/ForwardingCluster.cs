using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Clustering.Forwarding;

/// <summary>Three primaries that share the slots, the first of which passes on what is not its own.</summary>
internal sealed class ForwardingCluster : IDisposable
{
    private const int Slots = 16384;

    private readonly List<ClusterNodeProcess> _nodes = [];

    /// <param name="transport">Of our nodes.</param>
    /// <param name="redisServers">How many of the three are redis-servers; the first never is.</param>
    /// <param name="options">Of our nodes.</param>
    public ForwardingCluster(string transport, int redisServers, params string[] options)
    {
        string[] all = ["--cluster-forwarding", "yes", .. options];
        _nodes.Add(ClusterNodeProcess.StartOurs(transport, all));
        for (int node = 1; node < 3; node++)
        {
            _nodes.Add(3 - node <= redisServers
                ? ClusterNodeProcess.StartRedis(Watcher)
                : ClusterNodeProcess.StartOurs(transport, all));
        }
        for (int node = 0; node < 3; node++)
        {
            int begin = Slots * node / 3;
            int end = (Slots * (node + 1) / 3) - 1;
            _nodes[node].Ask("CLUSTER", "ADDSLOTSRANGE", $"{begin}", $"{end}");
            _nodes[node].Ask("CLUSTER", "SET-CONFIG-EPOCH", $"{node + 1}");
            if (node > 0) Meet(_nodes[node], _nodes[0]);
        }
        AwaitServing();
    }

    public FastShardServer Watcher => _nodes[0].Server!;

    public IReadOnlyList<ClusterNodeProcess> Nodes => _nodes;

    /// <summary>Where plain clients go.</summary>
    public ClusterNodeProcess First => _nodes[0];

    public RespClient Connect() => RespClient.Connect(First.Port);

    /// <summary>A key of a node's slots.</summary>
    public static string KeyOf(int node, string name)
    {
        for (int tag = 0; ; tag++)
        {
            if (NodeOf(Harness.Slots.Of($"{tag}")) == node) return $"{{{tag}}}{name}";
        }
    }

    /// <summary>Which node has a slot at first.</summary>
    public static int NodeOf(int slot)
    {
        int node = 0;
        while (slot >= Slots * (node + 1) / 3) node++;
        return node;
    }

    /// <summary>A replica of one of the primaries, which serves when it has what that one has.</summary>
    public ClusterNodeProcess AddReplica(string transport, ClusterNodeProcess primary)
    {
        ClusterNodeProcess replica = ClusterNodeProcess.StartOurs(transport, "--cluster-forwarding", "yes");
        _nodes.Add(replica);
        Meet(replica, primary);
        Watcher.Until(() => replica.See(primary).Contains(" connected "), "they know each other");
        Watcher.Until(() => replica.Ask("CLUSTER", "REPLICATE", primary.Id).Text == "OK", "it follows");
        Watcher.Until(
            () => replica.Ask("INFO", "replication").Text!.Contains("master_link_status:up"), "it has the data");
        Watcher.Until(() => First.See(replica).Contains(" slave "), "the first knows");
        Watcher.Until(() => replica.Ask("CLUSTER", "INFO").Text!.StartsWith("cluster_state:ok"), "it serves");
        return replica;
    }

    /// <summary>A figure of INFO cluster of the first node.</summary>
    public long Figure(string name)
    {
        string text = First.Ask("INFO", "cluster").Text!;
        string line = Array.Find(text.Split("\r\n"), line => line.StartsWith(name + ":"))!;
        return long.Parse(line[(name.Length + 1)..]);
    }

    public void AwaitServing() => Watcher.Until(
        () => _nodes.All(node => node.Ask("CLUSTER", "INFO").Text!.Contains("cluster_state:ok")
            && _nodes.All(other => node.See(other).Contains(" connected"))),
        "the cluster serves");

    public void Dispose()
    {
        foreach (ClusterNodeProcess node in _nodes) node.Dispose();
    }

    private void Meet(ClusterNodeProcess node, ClusterNodeProcess other) =>
        other.Ask("CLUSTER", "MEET", "127.0.0.1", $"{node.Port}", $"{node.BusPort}");
}
