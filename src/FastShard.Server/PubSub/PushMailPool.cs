using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server.PubSub;

/// <summary>Empty mail for pushes, from any shard for any shard.</summary>
internal sealed class PushMailPool
{
    private readonly DefaultObjectPool<PushMail> _pool;

    public PushMailPool() => _pool = new DefaultObjectPool<PushMail>(new Policy(this), Limits.PooledObjects);

    public PushMail Get() => _pool.Get();

    public void Return(PushMail mail) => _pool.Return(mail);

    private sealed class Policy(PushMailPool pool) : PooledObjectPolicy<PushMail>
    {
        public override PushMail Create() => new(pool);

        public override bool Return(PushMail mail) => mail.IsEmpty;
    }
}
