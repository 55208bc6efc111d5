// maxmemory-clients: when the buffers of all clients together pass the limit, the largest clients are closed until they
// do not. Sums are kept as clients are worked on, and only while there is a limit; closing waits for the end of a turn,
// when nothing is half done, and holds every shard, so that the largest are found wherever they are.

using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clients;

/// <summary>Counts the memory of clients and evicts the largest.</summary>
internal sealed class ClientMemory
{
    // What nobody may be evicted for (CLIENT NO-EVICT) is not looked at again in every turn.
    private const long PatienceMillis = 100;

    private readonly FastShardServer _server;
    private long _limitBytes;
    private long _totalBytes;
    private long _patientUntilMillis;

    public ClientMemory(FastShardServer server) => _server = server;

    /// <summary>There is a limit, so clients are counted.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>Reads the limit after it was configured and counts everybody afresh; every shard is held.</summary>
    public void Configure()
    {
        _limitBytes = _server.Options.MaxMemoryClientsBytes;
        IsLimited = _limitBytes > 0;
        _patientUntilMillis = 0;
        if (!IsLimited) return;
        foreach (Connection client in _server.AllConnections()) Note(client);
    }

    /// <summary>A client was worked on: its part of the sum is brought up to date.</summary>
    public void Note(Connection client)
    {
        if (client.IsClosed) return;
        Add(client, client.MemoryBytes);
    }

    /// <summary>A client was closed.</summary>
    public void Forget(Connection client) => Add(client, 0);

    /// <summary>Somebody has to go.</summary>
    public bool IsOver(long nowMillis) =>
        IsLimited && Volatile.Read(ref _totalBytes) > _limitBytes && nowMillis >= _patientUntilMillis;

    /// <summary>
    /// Closes the largest clients until the sum is below the limit; every shard is held. Whoever is being answered
    /// (<paramref name="self"/>) still gets the reply.
    /// </summary>
    public void Relieve(ShardWorker worker, Connection? self)
    {
        List<Connection> clients = [];
        foreach (Connection client in _server.AllConnections())
        {
            Note(client);
            if (!client.NoEvict && !client.ClosesAfterReply) clients.Add(client);
        }
        clients.Sort(static (left, right) => right.MemoryBytes.CompareTo(left.MemoryBytes));
        foreach (Connection client in clients)
        {
            if (Volatile.Read(ref _totalBytes) <= _limitBytes) return;
            Log.Notice($"Evicting client {client.Id} {client.Channel.PeerAddress}: {client.MemoryBytes} bytes");
            client.Home.Statistics.Counters.ClientsEvicted++;
            Forget(client);
            if (ReferenceEquals(client, self)) client.ClosesAfterReply = true;
            else worker.Close(client);
        }
        _patientUntilMillis = worker.NowMillis + PatienceMillis;
    }

    private void Add(Connection client, long bytes)
    {
        if (bytes == client.CountedBytes) return;
        Interlocked.Add(ref _totalBytes, bytes - client.CountedBytes);
        client.CountedBytes = bytes;
    }
}
