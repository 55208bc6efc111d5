namespace FastShard.Server.Statistics;

/// <summary>One shard's plain counts for INFO stats; written by the holder of the shard.</summary>
public sealed class ShardCounters
{
    /// <summary>Connections accepted, refused ones included.</summary>
    public long ConnectionsReceived;

    /// <summary>Connections refused for maxclients.</summary>
    public long ConnectionsRejected;

    /// <summary>Commands executed.</summary>
    public long Commands;

    /// <summary>Bytes read from clients.</summary>
    public long InputBytes;

    /// <summary>Bytes written to clients.</summary>
    public long OutputBytes;

    /// <summary>Receive calls that brought bytes.</summary>
    public long Reads;

    /// <summary>Send calls.</summary>
    public long Writes;

    /// <summary>Error replies.</summary>
    public long Errors;

    /// <summary>Clients closed because their request buffer passed its limit.</summary>
    public long QueryBufferClosed;

    /// <summary>Clients closed because their reply buffer passed its limit.</summary>
    public long OutputBufferClosed;

    /// <summary>Clients closed for maxmemory-clients.</summary>
    public long ClientsEvicted;

    /// <summary>Failed logins.</summary>
    public long LoginsDenied;

    public void Add(ShardCounters other)
    {
        ConnectionsReceived += other.ConnectionsReceived;
        ConnectionsRejected += other.ConnectionsRejected;
        Commands += other.Commands;
        InputBytes += other.InputBytes;
        OutputBytes += other.OutputBytes;
        Reads += other.Reads;
        Writes += other.Writes;
        Errors += other.Errors;
        QueryBufferClosed += other.QueryBufferClosed;
        OutputBufferClosed += other.OutputBufferClosed;
        ClientsEvicted += other.ClientsEvicted;
        LoginsDenied += other.LoginsDenied;
    }

    public void Reset()
    {
        ConnectionsReceived = ConnectionsRejected = Commands = InputBytes = OutputBytes = Reads = Writes = 0;
        Errors = QueryBufferClosed = OutputBufferClosed = ClientsEvicted = LoginsDenied = 0;
    }
}
