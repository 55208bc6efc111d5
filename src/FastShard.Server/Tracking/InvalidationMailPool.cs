using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server.Tracking;

/// <summary>Empty mail for invalidations, from any shard for any shard.</summary>
internal sealed class InvalidationMailPool
{
    private readonly DefaultObjectPool<InvalidationMail> _pool;

    public InvalidationMailPool() =>
        _pool = new DefaultObjectPool<InvalidationMail>(new Policy(this), Limits.PooledObjects);

    public InvalidationMail Get() => _pool.Get();

    public void Return(InvalidationMail mail) => _pool.Return(mail);

    private sealed class Policy(InvalidationMailPool pool) : PooledObjectPolicy<InvalidationMail>
    {
        public override InvalidationMail Create() => new(pool);

        public override bool Return(InvalidationMail mail) => mail.IsEmpty;
    }
}
