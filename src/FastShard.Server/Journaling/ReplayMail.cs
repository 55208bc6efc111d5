using FastShard.Persistence.Journals;
using FastShard.Server.Sharding;

namespace FastShard.Server.Journaling;

/// <summary>Commands of a journal, on their way to the shard that owns their keys.</summary>
internal sealed class ReplayMail(ReplayBatch batch) : Mail
{
    internal override void Deliver(ShardWorker worker, Shard shard) => batch.Run();
}
