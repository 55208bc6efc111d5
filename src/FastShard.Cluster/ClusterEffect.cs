using FastShard.Cluster.State;

namespace FastShard.Cluster;

/// <summary>One thing for the server to do; which fields count is a matter of the kind.</summary>
public readonly record struct ClusterEffect(EffectKind Kind)
{
    /// <summary>Which link.</summary>
    public int Link { get; init; }

    /// <summary>The packet, or the channel.</summary>
    public ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The message for the channel.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>Where to connect, or whom to follow.</summary>
    public NodeAddress Address { get; init; }

    /// <summary>The slot, or the time in milliseconds.</summary>
    public long Number { get; init; }

    /// <summary>The line for the log.</summary>
    public string? Text { get; init; }
}
