using FastShard.Replication.Primary;

namespace FastShard.Replication.Failovers;

/// <summary>A replica that may be handed the role.</summary>
/// <param name="Host">The address that it is known by.</param>
/// <param name="Port">The port that it is known by.</param>
/// <param name="State">How far it is.</param>
/// <param name="Acknowledged">Bytes of the stream that it says it has applied.</param>
public readonly record struct FailoverTarget(string Host, int Port, ReplicaState State, long Acknowledged)
{
    /// <summary>Whether it is the one that was named.</summary>
    public bool Is(string host, long port) => Port == port && Host.Equals(host, StringComparison.OrdinalIgnoreCase);
}
