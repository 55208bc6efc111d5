using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// Reads that were passed on and may have to be asked of a replica too (cluster-hedge-after-ms), in the order in which
/// they were sent: the delay is the same for all, so the first is due first.
/// </summary>
internal sealed class Hedges(NodeLinks links)
{
    private readonly FlightQueue _due = new();

    /// <summary>Something may become due.</summary>
    public bool HasAny => _due.Count > 0;

    /// <summary>A read was sent.</summary>
    public void Note(ForwardedCall call)
    {
        if (links.Server.Options.ClusterHedgeAfterMillis == 0 || call.IsHedged || call.Node.Replicas.Count == 0) return;
        _due.Add(new Flight(FlightKind.Reply, call, call.Number, call.SentMillis));
    }

    /// <summary>Asks replicas what has not been answered in time.</summary>
    public void Run(ShardWorker worker)
    {
        long delay = links.Server.Options.ClusterHedgeAfterMillis;
        while (_due.Count > 0)
        {
            Flight first = _due.First;
            if (first.IsAwaited && worker.NowMillis - first.End < delay) return;
            _ = _due.Take();
            if (first.IsAwaited && !first.Call!.IsHedged && !first.Call.WasRedirected) Ask(worker, first.Call);
        }
    }

    private void Ask(ShardWorker worker, ForwardedCall call)
    {
        MapNode replica = call.Node.Replicas[(int)(worker.NowMillis % call.Node.Replicas.Count)];
        ForwardLink link = links.LinkTo(replica, call.Version, isReadOnly: true);
        if (link.IsFull) return;
        call.IsHedged = true;
        links.Counters.Hedged++;
        link.Send(worker, call);
    }
}
