using FastShard.Cluster.Bus;

namespace FastShard.Cluster.State;

/// <summary>All that a node knows of its cluster. The decisions work on it; it decides nothing.</summary>
public sealed class ClusterState
{
    internal ClusterState(ClusterSettings settings, Random random, ClusterNode myself)
    {
        Settings = settings;
        Random = random;
        Myself = myself;
        Nodes.Add(myself);
    }

    public ClusterSettings Settings { get; internal set; }

    public ClusterNode Myself { get; }

    public NodeTable Nodes { get; } = new();

    public SlotTable Slots { get; } = new();

    public ulong CurrentEpoch { get; internal set; }

    public ulong LastVoteEpoch { get; internal set; }

    /// <summary>The cluster serves, as this node sees it.</summary>
    public bool IsOk { get; internal set; }

    /// <summary>Primaries that have slots.</summary>
    public int Size { get; internal set; } = 1;

    public TrafficCounts Sent { get; } = new();

    public TrafficCounts Received { get; } = new();

    /// <summary>Packets that were refused.</summary>
    public long RefusedPackets { get; internal set; }

    public long NowMillis { get; internal set; }

    public Outbox Outbox { get; } = new();

    /// <summary>This node's place in the replication stream.</summary>
    public long OwnOffset => Facts.Offset;

    internal Random Random { get; }

    internal ReplicationFacts Facts { get; set; }

    /// <summary>Whether the cluster serves is to be found out again.</summary>
    internal bool IsHealthInDoubt { get; set; } = true;

    /// <summary>An election, or a manual failover, may go on at once.</summary>
    internal bool IsFailoverDue { get; set; }

    /// <summary>Votes that make a majority.</summary>
    internal int Quorum => (Size / 2) + 1;

    /// <summary>
    /// Under which address others find this node is known since its start. What an earlier run wrote down may be over.
    /// </summary>
    internal bool KnowsOwnAddress { get; set; }

    /// <summary>Something that counts has changed: to be saved, and to be thought about.</summary>
    internal void Changed(bool andSync = false)
    {
        Outbox.Save(andSync);
        IsHealthInDoubt = true;
        Slots.Touch();
    }

    internal ClusterNode DrawNode() => Nodes[Random.Next(Nodes.Count)];

    /// <summary>A name that nobody has.</summary>
    internal NodeId DrawId() => NodeId.Next(Random);

    internal ulong MaxEpoch()
    {
        ulong max = CurrentEpoch;
        foreach (ClusterNode node in Nodes.All) max = Math.Max(max, node.ConfigEpoch);
        return max;
    }

    /// <summary>
    /// Gives a slot to a node, or to nobody. A primary that gets its first slot while others have replicas is to get
    /// one too: replicas may move to it.
    /// </summary>
    internal void Assign(int slot, ClusterNode? owner)
    {
        Slots.Assign(slot, owner);
        if (owner == Myself) Slots.SetHidden(slot, false);
        if (owner is null || owner.Slots.Count != 1 || owner.Has(NodeFlags.MigrateTo)) return;
        foreach (ClusterNode node in Nodes.All)
        {
            if (!node.IsPrimary || node.Replicas.Count == 0) continue;
            owner.Set(NodeFlags.MigrateTo);
            return;
        }
    }

    /// <summary>Takes a new epoch for this node without asking anybody. False where it has the highest alone.</summary>
    internal bool BumpEpoch()
    {
        if (Myself.ConfigEpoch != 0 && Myself.ConfigEpoch == MaxEpoch()) return false;
        CurrentEpoch++;
        Myself.ConfigEpoch = CurrentEpoch;
        Changed(andSync: true);
        return true;
    }
}
