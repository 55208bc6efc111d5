using System.Numerics;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Transactions;

/// <summary>Takes a closed connection's watches off one shard.</summary>
internal sealed class UnwatchMail : Mail
{
    private readonly Connection _client;
    private readonly WatchedKey[] _watched;

    private UnwatchMail(Connection client, WatchedKey[] watched)
    {
        _client = client;
        _watched = watched;
    }

    /// <summary>Sends one to every shard with a key that the connection watches.</summary>
    public static void PostAll(ShardWorker worker, Connection client)
    {
        Transaction transaction = client.Transaction;
        for (ulong left = transaction.WatchedShards; left != 0; left &= left - 1)
        {
            int shard = BitOperations.TrailingZeroCount(left);
            var watched = new List<WatchedKey>();
            foreach (WatchedKey key in transaction.Watched)
            {
                if (key.Shard == shard) watched.Add(key);
            }
            worker.Post(worker.Server.Shards[shard], new UnwatchMail(client, [.. watched]));
        }
    }

    // The connection object may have a new life by now: a watch it took in that life, on the same key, is taken off
    // with the old one. So a connection that watched is never pooled (see ClientRegistry.Recycle).
    internal override void Deliver(ShardWorker worker, Shard shard)
    {
        foreach (WatchedKey key in _watched)
            shard.Keyspace.Watches.Remove(key.Database, key.Hash, _client);
    }
}
