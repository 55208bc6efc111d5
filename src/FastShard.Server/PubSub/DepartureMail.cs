using FastShard.Server.Sharding;

namespace FastShard.Server.PubSub;

/// <summary>
/// Takes a gone client's subscriptions off one shard's topics, some at a time: a client with a hundred thousand must
/// not stop the shard when it leaves.
/// </summary>
internal sealed class DepartureMail(Dictionary<Topic, Subscription> left) : Mail
{
    internal override void Deliver(ShardWorker worker, Shard shard)
    {
        if (Departures.EndSome(left, Limits.DeparturesPerTurn) > 0) worker.Post(shard, this);
    }
}
