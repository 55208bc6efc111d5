namespace FastShard.Cluster.State;

/// <summary>A connection to a node, or from one; the connection itself is somebody else's.</summary>
public sealed class ClusterLink
{
    internal ClusterLink(int id, ClusterNode? node, bool isInbound, long nowMillis)
    {
        Id = id;
        Node = node;
        IsInbound = isInbound;
        CreatedMillis = nowMillis;
    }

    public int Id { get; }

    /// <summary>Who is at its other end; null = one that came in, and has not said.</summary>
    public ClusterNode? Node { get; internal set; }

    /// <summary>The other side opened it.</summary>
    public bool IsInbound { get; }

    public long CreatedMillis { get; }

    /// <summary>It can be sent on.</summary>
    public bool IsOpen { get; internal set; }

    /// <summary>The other end's address as this one sees it.</summary>
    public string PeerIp { get; internal set; } = "";

    /// <summary>This end's address, which is one under which the other side found it.</summary>
    public string LocalIp { get; internal set; } = "";
}
