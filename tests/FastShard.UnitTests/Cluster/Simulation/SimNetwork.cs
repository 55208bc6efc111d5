using FastShard.Cluster.State;

namespace FastShard.UnitTests.Cluster.Simulation;

/// <summary>
/// A network of connections that delays, loses and doubles packets, breaks connections, and falls apart into sides.
/// </summary>
internal sealed class SimNetwork(SimCluster cluster)
{
    private readonly Dictionary<(SimNode Node, int Link), SimLink> _links = [];

    public double Loss { get; set; }

    public double Duplication { get; set; }

    public int DelayMaxMillis { get; set; } = 5;

    public SimNode? At(string ip) => cluster.Nodes.Find(node => node.Ip == ip);

    public static bool Reaches(SimNode one, SimNode other) => one.Side == other.Side;

    public void Open(SimNode node, int id, NodeAddress address)
    {
        SimNode? target = At(address.Ip);
        cluster.After(Delay(), () =>
        {
            if (target is null || node.IsMute || !Reaches(node, target)) return;
            if (!target.IsUp)
            {
                node.Act(machine => machine.LinkClosed(id));
                return;
            }
            if (!node.IsUp || !node.Machine.Links.ContainsKey(id)) return;
            int other = 0;
            target.Act(machine => other = machine.LinkAccepted(node.Ip, target.Ip));
            var link = new SimLink(node, id, target, other);
            _links[(node, id)] = link;
            _links[(target, other)] = link;
            node.Act(machine => machine.LinkOpened(id, node.Ip));
        });
    }

    public void Close(SimNode node, int id)
    {
        if (!_links.Remove((node, id), out SimLink? link)) return;
        link.IsGone = true;
        bool isOpener = link.Opener == node && link.OpenerId == id;
        SimNode other = isOpener ? link.Accepter : link.Opener;
        int otherId = isOpener ? link.AccepterId : link.OpenerId;
        _links.Remove((other, otherId));
        cluster.After(Delay(), () => other.Act(machine => machine.LinkClosed(otherId)));
    }

    public void DropLinksOf(SimNode node)
    {
        var links = _links.Keys.Where(key => key.Node == node).OrderBy(key => key.Link).ToList();
        foreach ((SimNode owner, int id) in links)
            Close(owner, id);
    }

    public void Send(SimNode node, int id, byte[] packet)
    {
        if (!_links.TryGetValue((node, id), out SimLink? link)) return;
        bool isOpener = link.Opener == node && link.OpenerId == id;
        SimNode target = isOpener ? link.Accepter : link.Opener;
        int targetId = isOpener ? link.AccepterId : link.OpenerId;
        int copies = cluster.Random.NextDouble() < Duplication ? 2 : 1;
        if (cluster.Random.NextDouble() < Loss) copies--;
        for (; copies > 0; copies--)
        {
            ref long last = ref link.LastArrival[isOpener ? 0 : 1];
            last = Math.Max(last, cluster.NowMillis + Delay());
            cluster.At(last, () =>
            {
                if (!link.IsGone && Reaches(node, target))
                    target.Act(machine => machine.Receive(targetId, packet));
            });
        }
    }

    private int Delay() => 1 + cluster.Random.Next(DelayMaxMillis);
}
