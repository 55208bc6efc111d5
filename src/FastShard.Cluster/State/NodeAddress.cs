namespace FastShard.Cluster.State;

/// <summary>Where a node is found: by clients, and by other nodes.</summary>
/// <param name="Ip">As text; empty = not known.</param>
/// <param name="Port">Its clients' port: of TLS where it offers that.</param>
/// <param name="PlainPort">The port without TLS, where Port is the one with it; else 0.</param>
/// <param name="BusPort">Its port for nodes.</param>
public readonly record struct NodeAddress(string Ip, int Port, int PlainPort, int BusPort)
{
    /// <summary>The longest address as text, as a packet holds it with its NUL.</summary>
    public const int IpFieldBytes = 46;

    /// <summary>Not known.</summary>
    public static NodeAddress None { get; } = new("", 0, 0, 0);
}
