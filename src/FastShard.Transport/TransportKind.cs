namespace FastShard.Transport;

/// <summary>Which event loop moves a shard's bytes.</summary>
public enum TransportKind
{
    /// <summary>An own epoll loop over raw system calls (Linux).</summary>
    Epoll,

    /// <summary>System.IO.Pipelines over sockets (any system).</summary>
    Pipelines,
}
