namespace FastShard.Persistence.Journals;

/// <summary>Who replays what one thread reads of a journal, while the shards run.</summary>
public interface IReplayCrew
{
    /// <summary>
    /// Has a batch run (<see cref="ReplayBatch.Run"/>) by a holder of its shard, in the order of delivery.
    /// </summary>
    void Deliver(ReplayBatch batch);

    /// <summary>Makes the calling thread the holder of all shards.</summary>
    void Hold();

    /// <summary>Lets all of them go.</summary>
    void Release();
}
