namespace FastShard.Server;

/// <summary>The fixed limits of a turn, in one place. What users may set is in the configuration.</summary>
internal static class Limits
{
    /// <summary>Shards at most: sets of shards are 64 bits.</summary>
    public const int Shards = 64;

    /// <summary>Size of a receive buffer, bytes: what one read takes at most from a plain client.</summary>
    public const int ReceiveBytes = 16 * 1024;

    /// <summary>A read is not begun with less room than this.</summary>
    public const int MinReceiveBytes = 4 * 1024;

    /// <summary>A buffer that grew beyond this is given back to the system and not to the pool.</summary>
    public const int PooledBufferBytes = 64 * 1024;

    /// <summary>Runs of bytes in one send: 64 pipelined large values with what stands between them.</summary>
    public const int PiecesPerSend = 128;

    /// <summary>Spare receive buffers that a shard keeps.</summary>
    public const int PooledInputs = 128;

    /// <summary>What a batch's parcels have grown to is kept for the next one up to this size.</summary>
    public const int PooledReplyBytes = 1024 * 1024;

    /// <summary>Reads of one connection in one turn; then the others have theirs.</summary>
    public const int ReadsPerTurn = 4;

    /// <summary>A connection with more unsent replies is not read from until it drains.</summary>
    public const long PendingOutputBytes = 64L * 1024 * 1024;

    /// <summary>Bytes that may wait for another node on one link; then clients wait.</summary>
    public const long LinkOutputBytes = 1024 * 1024;

    /// <summary>Replies that one link may wait for; then clients wait.</summary>
    public const int LinkFlights = 64 * 1024;

    /// <summary>Buffers, batches and connections kept for reuse, each.</summary>
    public const int PooledObjects = 1024;

    /// <summary>
    /// Entries of dropped databases (and some times as many elements of large values) freed between two looks at the
    /// clock: some 30 microseconds, a few times as much where the memory is cold or goes back to the system.
    /// </summary>
    public const int ReclaimPerStep = 128;

    /// <summary>What one turn spends on freeing, nanoseconds; the step that passes it is the last.</summary>
    public const long ReclaimNanos = 200_000;

    /// <summary>And then the clients have the time for so long: freeing takes a quarter of it at most.</summary>
    public const long ReclaimPauseNanos = 600_000;

    /// <summary>Places looked at in one step of giving memory back; one block that is moved counts for eight.</summary>
    public const int CompactPerTurn = 512;

    /// <summary>Subscriptions of closed connections that are ended in one turn.</summary>
    public const int DeparturesPerTurn = 1000;

    /// <summary>At the end of the server: the time that clients have to take the replies that wait for them.</summary>
    public const int FarewellMillis = 5000;

    /// <summary>Under dynamic-hz: connections that a shard looks at in one round of background work.</summary>
    public const int ClientsPerRound = 200;

    /// <summary>Longest sleep of an idle shard, milliseconds.</summary>
    public const int IdleWaitMillis = 1000;
}
