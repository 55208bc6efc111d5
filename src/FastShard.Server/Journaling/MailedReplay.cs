using FastShard.Persistence.Journals;
using FastShard.Server.Sharding;

namespace FastShard.Server.Journaling;

/// <summary>Each shard replays what is of its own keys, between two turns, while it answers its clients.</summary>
internal sealed class MailedReplay(Shard[] shards) : IReplayCrew
{
    public void Deliver(ReplayBatch batch)
    {
        Shard shard = shards[batch.Shard];
        shard.Mailbox.Post(new ReplayMail(batch));
        shard.Reactor.Wake();
    }

    public void Hold()
    {
        foreach (Shard shard in shards) shard.Token.Take();
    }

    public void Release()
    {
        foreach (Shard shard in shards)
        {
            shard.Token.Release();
            // What came for it meanwhile was left to the holder.
            shard.Reactor.Wake();
        }
    }
}
