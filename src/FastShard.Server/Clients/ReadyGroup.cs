using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clients;

/// <summary>
/// Connections that one wait found readable, moved on in step: all of them are received from and parsed, then the cache
/// lines of all their keys are asked for, level by level, and then they run. With one request on each connection a
/// table's lines come from memory while the kernel works for the next connection; alone, each command would wait for
/// three of them, one after the other.
///
/// <code>
///   receive a  receive b  receive c | slots of a b c | buckets of a b c | entries of a b c | run a  run b  run c
/// </code>
///
/// Only a hint is taken from the others' being there: each connection then runs just as it would by itself.
/// </summary>
internal sealed class ReadyGroup
{
    /// <summary>
    /// Enough to hide the latency of memory; the first lines of so many receive buffers stay in the nearest cache.
    /// </summary>
    public const int Limit = 16;

    private readonly Connection[] _clients = new Connection[Limit];
    private int _count;

    /// <summary>Takes a connection in; the caller runs the group when it is full, and when there are no more.</summary>
    /// <returns>True when the group is full.</returns>
    public bool Add(Connection client)
    {
        _clients[_count++] = client;
        return _count == Limit;
    }

    /// <summary>Moves all of them on and empties the group.</summary>
    public void Run(ShardWorker worker)
    {
        int count = _count;
        if (count == 0) return;
        if (count > 1) Prepare(worker, _clients.AsSpan(0, count));
        for (int index = 0; index < count; index++)
        {
            ConnectionPump.Run(worker, _clients[index]);
            worker.SafePoint();
        }
        _count = 0;
    }

    private static void Prepare(ShardWorker worker, ReadOnlySpan<Connection> clients)
    {
        ulong ready = 0;
        for (int index = 0; index < clients.Length; index++)
        {
            if (ConnectionPump.Prepare(worker, clients[index])) ready |= 1UL << index;
        }
        for (ulong left = ready; left != 0; left &= left - 1) BatchPrefetch.Slots(worker, BatchAt(clients, left));
        for (ulong left = ready; left != 0; left &= left - 1) BatchPrefetch.Buckets(worker, BatchAt(clients, left));
        for (ulong left = ready; left != 0; left &= left - 1) BatchPrefetch.Entries(worker, BatchAt(clients, left));
        for (ulong left = ready; left != 0; left &= left - 1) BatchPrefetch.Elements(worker, BatchAt(clients, left));
    }

    private static Batch BatchAt(ReadOnlySpan<Connection> clients, ulong left) =>
        clients[System.Numerics.BitOperations.TrailingZeroCount(left)].Batch!;
}
