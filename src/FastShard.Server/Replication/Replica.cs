using FastShard.Replication.Backlog;
using FastShard.Replication.Primary;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>
/// A replica of this server: its connection, what is known of it, and its place in the stream. Belongs to the
/// connection's shard; the log's thread gives it its place.
/// </summary>
internal sealed class Replica(Connection client)
{
    private string? _greeting;
    private BacklogReader? _reader;
    private volatile bool _isGone;

    public Connection Client { get; } = client;

    /// <summary>The connection's shard, also when the connection has another life already.</summary>
    public Shard Home { get; } = client.Home;

    public ReplicaProgress Progress { get; } = new();

    /// <summary>It has asked for the stream, and counts as one.</summary>
    public bool IsEnlisted { get; set; }

    /// <summary>The snapshot on its way to it.</summary>
    public BytePipe? Pipe { get; set; }

    /// <summary>It was told where the stream begins.</summary>
    public bool IsGreeted { get; private set; }

    /// <summary>It is to be closed.</summary>
    public bool IsDropped { get; private set; }

    /// <summary>Since when it waits for a snapshot, milliseconds since 1970.</summary>
    public long WaitsSinceMillis { get; set; }

    /// <summary>When something was sent to it last.</summary>
    public long SentMillis { get; set; }

    /// <summary>The connection was closed. Any thread.</summary>
    public bool IsGone => _isGone;

    /// <summary>Its place in the stream; null before it has one.</summary>
    public BacklogReader? Reader => Volatile.Read(ref _reader);

    /// <summary>
    /// On the log's thread: where it reads on, and what it is told of that. True unless it has gone meanwhile.
    /// </summary>
    public bool Place(BacklogReader reader, string greeting)
    {
        Volatile.Write(ref _reader, reader);
        Volatile.Write(ref _greeting, greeting);
        // Pairs with the barrier of Leave: one of the two detaches the reader.
        Interlocked.MemoryBarrier();
        if (_isGone) reader.Detach();
        return !_isGone;
    }

    /// <summary>What it is to be told now; null = nothing, or it was told.</summary>
    public string? TakeGreeting()
    {
        if (IsGreeted || Volatile.Read(ref _greeting) is not { } greeting) return null;
        IsGreeted = true;
        return greeting;
    }

    /// <summary>The connection is closed: nothing is kept for it any more.</summary>
    public void Leave()
    {
        _isGone = true;
        Interlocked.MemoryBarrier();
        Reader?.Detach();
        Pipe?.Close();
    }

    /// <summary>It has to come again, because the stream is another one: its shard closes it.</summary>
    public void Drop()
    {
        IsDropped = true;
        Leave();
    }

    /// <summary>Its address and port, as it is to be known.</summary>
    public (string Address, int Port) Endpoint()
    {
        if (Progress.Address.Length > 0) return (Progress.Address, Progress.Port);
        string peer = Client.Channel.PeerAddress;
        int colon = peer.LastIndexOf(':');
        return ((colon < 0 ? peer : peer[..colon]).Trim('[', ']'), Progress.Port);
    }
}
