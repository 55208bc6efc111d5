using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Journaling;

/// <summary>
/// The connections of a shard whose replies wait until what they answer is on the disk (appendfsync always). Belongs to
/// the shard; the log only looks whether anybody waits.
/// </summary>
internal sealed class UnsyncedReplies
{
    private readonly ConnectionQueue _clients = new();
    private volatile bool _isAwaited;

    /// <summary>The shard is to be woken when the disk has caught up. Any thread.</summary>
    public bool IsAwaited => _isAwaited;

    /// <summary>Somebody waits here.</summary>
    public bool HasAny => _clients.Count > 0;

    /// <summary>The ticket up to which the disk had caught up when this was last looked through.</summary>
    public long SeenTicket { get; private set; }

    /// <summary>A connection's replies have to wait.</summary>
    public void Add(Connection client)
    {
        if (client.IsUnsynced) return;
        client.IsUnsynced = true;
        _clients.Add(client);
        _isAwaited = true;
    }

    /// <summary>Has the replies sent that need to wait no longer.</summary>
    public void Release(ShardWorker worker, JournalLog log)
    {
        SeenTicket = log.SyncedTicket;
        for (int left = _clients.Count; left > 0; left--)
        {
            Connection client = _clients.Take();
            client.IsUnsynced = false;
            if (client.IsClosed) continue;
            if (log.HoldsReplies && client.SyncTicket > SeenTicket) Add(client);
            else worker.MarkUnflushed(client);
        }
        if (_clients.Count == 0) _isAwaited = false;
        // Pairs with the barrier of the log: it either sees that somebody waits, or its ticket is seen here.
        Interlocked.MemoryBarrier();
    }
}
