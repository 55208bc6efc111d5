using FastShard.Persistence.Loading;
using FastShard.Server.Sharding;

namespace FastShard.Server.Saving;

/// <summary>Each shard makes its keys itself, between two turns, while it answers its clients.</summary>
internal sealed class MailedLoad(Shard[] shards) : ILoadTarget
{
    public void Deliver(LoadBatch batch)
    {
        Shard shard = shards[batch.Shard];
        shard.Mailbox.Post(new LoadMail(batch));
        shard.Reactor.Wake();
    }
}
