namespace FastShard.Server.Sharding;

/// <summary>
/// One thing for a shard to do, linked into its mailbox. Delivered by whoever holds the shard's token.
/// </summary>
internal abstract class Mail
{
    /// <summary>The link of the mailbox; null outside of it.</summary>
    internal Mail? Next;

    /// <summary>Does it. <paramref name="worker"/> holds <paramref name="shard"/>.</summary>
    internal abstract void Deliver(ShardWorker worker, Shard shard);
}
