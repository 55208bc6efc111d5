namespace FastShard.Server.Configuration;

/// <summary>How sockets are driven.</summary>
public enum TransportKind
{
    /// <summary>The event loop on Linux epoll; plain TCP and unix sockets.</summary>
    Epoll,

    /// <summary>System.IO.Pipelines over sockets: everywhere.</summary>
    Pipelines,
}
