using FastShard.Server.Clients;
using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server.Execution;

/// <summary>
/// A worker's own few spare batches in front of the pool that all workers share: taking and giving back costs no
/// atomic operation, and what was used last is used next, from the cache.
/// </summary>
internal sealed class BatchStock : IDisposable
{
    private readonly ObjectPool<Batch> _pool;
    private readonly Batch[] _spare = new Batch[ReadyGroup.Limit];
    private int _count;

    public BatchStock(ObjectPool<Batch> pool) => _pool = pool;

    /// <summary>A batch with nothing in it.</summary>
    public Batch Take() => _count > 0 ? _spare[--_count] : _pool.Get();

    /// <summary>Keeps it, or leaves it to the others.</summary>
    public void Return(Batch batch)
    {
        if (_count < _spare.Length) _spare[_count++] = batch;
        else _pool.Return(batch);
    }

    /// <summary>Leaves all to the pool, which frees them.</summary>
    public void Dispose()
    {
        while (_count > 0) _pool.Return(_spare[--_count]);
    }
}
