using FastShard.Cluster.State;

namespace FastShard.Cluster.Bus;

/// <summary>What every packet says of its sender.</summary>
public readonly ref struct BusHeader
{
    public BusMessageType Type { get; init; }

    public NodeId Sender { get; init; }

    /// <summary>The primary that the sender follows.</summary>
    public NodeId Primary { get; init; }

    public ulong CurrentEpoch { get; init; }

    public ulong ConfigEpoch { get; init; }

    public long Offset { get; init; }

    /// <summary>Bitmap of slots, or empty for none.</summary>
    public ReadOnlySpan<byte> Slots { get; init; }

    /// <summary>An empty address lets the receiver take what it sees.</summary>
    public NodeAddress Address { get; init; }

    public NodeFlags Flags { get; init; }

    public BusMarks Marks { get; init; }

    /// <summary>The sender understands what threads' ports are.</summary>
    public bool KnowsPorts { get; init; }

    /// <summary>Whether the sender thinks that the cluster serves.</summary>
    public bool IsOk { get; init; }
}
