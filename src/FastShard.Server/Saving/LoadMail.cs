using FastShard.Persistence.Loading;
using FastShard.Server.Sharding;

namespace FastShard.Server.Saving;

/// <summary>Records of a file, on their way to the shard that owns their keys.</summary>
internal sealed class LoadMail(LoadBatch batch) : Mail
{
    internal override void Deliver(ShardWorker worker, Shard shard) => batch.Insert(shard.Keyspace);
}
