using FastShard.Server.Sharding;

namespace FastShard.Server.Blocking;

/// <summary>Takes a call whose wait is over out of one shard's queues.</summary>
internal sealed class LeaveMail(BlockedCall call) : Mail
{
    internal override void Deliver(ShardWorker worker, Shard shard)
    {
        shard.Keyspace.Waiters.Leave(call);
        call.DropReference();
    }
}
