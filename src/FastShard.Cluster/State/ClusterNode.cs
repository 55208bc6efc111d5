namespace FastShard.Cluster.State;

/// <summary>What is known of one node, this one included. Times are milliseconds since 1970, 0 = never.</summary>
public sealed class ClusterNode
{
    internal ClusterNode(NodeId id, NodeFlags flags, long nowMillis)
    {
        Id = id;
        Flags = flags;
        CreatedMillis = nowMillis;
    }

    public NodeId Id { get; internal set; }

    public NodeFlags Flags { get; internal set; }

    public NodeAddress Address { get; internal set; } = NodeAddress.None;

    public string Hostname { get; internal set; } = "";

    /// <summary>The name that it shares with its primary, or its replicas; none = it has not said.</summary>
    public NodeId ShardId { get; internal set; }

    /// <summary>The ports of its threads.</summary>
    public ShardPorts Ports { get; internal set; }

    /// <summary>Since when its slots are as they are, on the cluster's logical clock.</summary>
    public ulong ConfigEpoch { get; internal set; }

    public SlotSet Slots { get; } = new();

    /// <summary>Whom it follows, where that is known.</summary>
    public ClusterNode? Primary { get; internal set; }

    /// <summary>Who follows it.</summary>
    public IReadOnlyList<ClusterNode> Replicas => ReplicaList;

    /// <summary>When the ping was sent that is not answered yet; 0 = none waits.</summary>
    public long PingSentMillis { get; internal set; }

    public long PongReceivedMillis { get; internal set; }

    /// <summary>Its place in the replication stream, as it said last.</summary>
    public long Offset { get; internal set; }

    /// <summary>The connection to it.</summary>
    public ClusterLink? Link { get; internal set; }

    /// <summary>The connection from it.</summary>
    public ClusterLink? InboundLink { get; internal set; }

    public bool IsPrimary => Has(NodeFlags.Primary);

    public bool IsReplica => Has(NodeFlags.Replica);

    public bool IsMyself => Has(NodeFlags.Myself);

    public bool IsInHandshake => Has(NodeFlags.Handshake);

    public bool HasFailed => Has(NodeFlags.Failed);

    public bool MayHaveFailed => Has(NodeFlags.MayHaveFailed);

    internal bool ReadsExtensions { get; set; }

    internal bool KnowsPorts { get; set; }

    internal List<ClusterNode> ReplicaList { get; } = [];

    internal List<FailureReport> Reports { get; } = [];

    internal long CreatedMillis { get; }

    /// <summary>How often this node may still say that it wants to be known by that one.</summary>
    internal int MeetsLeft { get; set; }

    internal long MetMillis { get; set; }

    internal long HeardMillis { get; set; }

    internal long FailedMillis { get; set; }

    /// <summary>When this node last voted for one of its replicas.</summary>
    internal long VotedMillis { get; set; }

    /// <summary>Since when it has been without a working replica.</summary>
    internal long OrphanedMillis { get; set; }

    /// <summary>The ping in whose gossip it was named last.</summary>
    internal long GossipNumber { get; set; }

    /// <summary>Whether it has all, or any, of the flags.</summary>
    public bool Has(NodeFlags flags) => (Flags & flags) != 0;

    /// <summary>Its replicas that are up.</summary>
    public int CountWorkingReplicas()
    {
        int count = 0;
        foreach (ClusterNode replica in ReplicaList)
        {
            if (!replica.HasFailed) count++;
        }
        return count;
    }

    internal void Set(NodeFlags flags) => Flags |= flags;

    internal void Clear(NodeFlags flags) => Flags &= ~flags;

    internal void AddReplica(ClusterNode replica)
    {
        if (ReplicaList.Contains(replica)) return;
        ReplicaList.Add(replica);
        Set(NodeFlags.MigrateTo);
    }

    internal void RemoveReplica(ClusterNode replica)
    {
        if (ReplicaList.Remove(replica) && ReplicaList.Count == 0) Clear(NodeFlags.MigrateTo);
    }
}
