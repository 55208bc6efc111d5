namespace FastShard.Persistence.Loading;

/// <summary>Who brings records to the shard that owns them.</summary>
public interface ILoadTarget
{
    /// <summary>
    /// Has <see cref="LoadBatch.Insert"/> called by a holder of the batch's shard, now or later, in the order of calls.
    /// </summary>
    void Deliver(LoadBatch batch);
}
