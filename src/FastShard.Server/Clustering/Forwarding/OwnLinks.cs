using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// Links that one client has to itself while it waits at another node (BLPOP): on a shared one everybody behind it
/// would wait too. Those that are free again are used for the next.
/// </summary>
internal sealed class OwnLinks(NodeLinks links) : IDisposable
{
    private const int KeptFree = 16;

    private readonly List<ForwardLink> _busy = [];
    private readonly List<ForwardLink> _free = [];

    /// <summary>Those in use.</summary>
    public int Count => _busy.Count;

    public void Send(ShardWorker worker, ForwardedCall call)
    {
        var key = new LinkKey(call.Node.Ip, call.Node.Port, call.Version, IsReadOnly: false);
        int index = _free.FindIndex(link => link.Key == key);
        ForwardLink link;
        if (index >= 0)
        {
            link = _free[index];
            _free.RemoveAt(index);
        }
        else
        {
            link = new ForwardLink(links, call.Node, key, isOwn: true);
        }
        _busy.Add(link);
        call.OwnLink = link;
        call.Batch.Connection.AwaitedCall = call;
        link.Send(worker, call);
    }

    /// <summary>Its client waits no more.</summary>
    public void Return(ForwardLink link)
    {
        if (!_busy.Remove(link)) return;
        if (!link.IsBroken && _free.Count < KeptFree) _free.Add(link);
        else links.Attend(link);
    }

    /// <summary>It is of no use any more.</summary>
    public void Drop(ForwardLink link)
    {
        _ = _busy.Remove(link);
        _ = _free.Remove(link);
        link.Dispose();
    }

    /// <summary>Nodes that the cluster has given up answer nobody; others may take their time.</summary>
    public void CheckTime(ShardWorker worker, long limitMillis)
    {
        ClusterMap map = worker.Server.Cluster!.Map;
        foreach (ForwardLink link in _busy)
        {
            link.CheckTime(worker, limitMillis);
            if (map.At(link.Key.Ip, link.Key.Port) is not { HasFailed: false }) link.Break("the node has failed");
        }
    }

    public void Dispose()
    {
        foreach (ForwardLink link in _busy) link.Dispose();
        foreach (ForwardLink link in _free) link.Dispose();
    }
}
