using FastShard.Engine.Keyspaces;
using FastShard.Persistence.Loading;

namespace FastShard.Server.Saving;

/// <summary>Whoever holds all shards makes the keys himself: DEBUG RELOAD.</summary>
internal sealed class HeldLoad(Dataset dataset) : ILoadTarget
{
    public void Deliver(LoadBatch batch) => batch.Insert(dataset[batch.Shard]);
}
