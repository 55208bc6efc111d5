using FastShard.Server.Blocking;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;
using FastShard.Server.Transactions;
using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server.Clients;

/// <summary>
/// Counts and recycles connections, and gives out client ids. The connections themselves are in their shards.
/// </summary>
internal sealed class ClientRegistry
{
    private readonly DefaultObjectPool<Connection> _pool;
    private long _lastId;
    private int _count;

    public ClientRegistry(FastShardServer server) =>
        _pool = new DefaultObjectPool<Connection>(new Policy(server), Limits.PooledObjects);

    /// <summary>Connected clients.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A fresh connection object with a new id, served by <paramref name="home"/>.</summary>
    public Connection Admit(Shard home, long nowMillis)
    {
        Interlocked.Increment(ref _count);
        Connection client = _pool.Get();
        client.Open(Interlocked.Increment(ref _lastId), home, nowMillis);
        return client;
    }

    /// <summary>
    /// The connection was closed: its wait, its watches, its subscriptions and its monitor's place end.
    /// </summary>
    public void Forget(ShardWorker worker, Connection client)
    {
        Interlocked.Decrement(ref _count);
        client.Server.ClientMemory.Forget(client);
        client.Server.Replication.Forget(client);
        if (client.Import is { } import) client.Server.Imports.NoteLost(import);
        Blocker.Forget(worker, client);
        client.Home.Links?.Abandon(worker, client);
        UnwatchMail.PostAll(worker, client);
        client.Server.Monitors.Forget(worker, client);
        client.Server.Tracking.Remove(client);
        client.Subscriber?.Leave(worker);
    }

    /// <summary>Nothing refers to the connection any more.</summary>
    public void Recycle(ShardWorker worker, Connection client)
    {
        if (client.Batch is { } batch)
        {
            client.Reader.Begin(0);
            batch.Restart(client.Reader);
            worker.ReturnBatch(batch);
        }
        // A connection that watched keys may still stand in a shard's watch table until its mail is read.
        bool mayReturn = client.Transaction.WatchedShards == 0;
        client.Recycle();
        if (mayReturn) _pool.Return(client);
    }

    public static void NoteOverQueryLimit(Connection client)
    {
        client.Home.Statistics.Counters.QueryBufferClosed++;
        Log.Warning($"Closing client {client.Id} {client.Channel.PeerAddress}: it passed client-query-buffer-limit");
    }

    public static void NoteOverOutputLimit(Connection client)
    {
        client.Home.Statistics.Counters.OutputBufferClosed++;
        Log.Warning($"Closing client {client.Id} {client.Channel.PeerAddress}: it passed client-output-buffer-limit");
    }

    private sealed class Policy(FastShardServer server) : PooledObjectPolicy<Connection>
    {
        public override Connection Create() => new(server);

        public override bool Return(Connection client) => true;
    }
}
