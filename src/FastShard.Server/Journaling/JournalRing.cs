namespace FastShard.Server.Journaling;

/// <summary>
/// Chunks on their way to the log: many posters, one taker. A ticket says the order, and a poster who got his ticket
/// while he held a shard comes before whoever holds it later. Posting is one interlocked addition and one store.
/// </summary>
internal sealed class JournalRing
{
    private const int Slots = 8192;

    private readonly JournalChunk?[] _slots = new JournalChunk?[Slots];
    private long _posted;
    private long _taken;

    /// <summary>The last ticket that was given out.</summary>
    public long Posted => Volatile.Read(ref _posted);

    /// <summary>Tickets given out and not taken; grows no further than a little above the half: see the log.</summary>
    public bool IsHalfFull => Posted - Volatile.Read(ref _taken) > Slots / 2;

    /// <summary>Posts a chunk and returns its ticket.</summary>
    public long Post(JournalChunk chunk)
    {
        long ticket = Interlocked.Increment(ref _posted);
        ref JournalChunk? slot = ref _slots[ticket & (Slots - 1)];
        SpinWait wait = default;
        // Whoever reads from clients stops long before: this takes thousands of posts from one turn.
        while (Volatile.Read(ref slot) is not null) wait.SpinOnce();
        Volatile.Write(ref slot, chunk);
        return ticket;
    }

    /// <summary>Takes the next chunk by ticket; null when it is not there yet.</summary>
    public JournalChunk? Take()
    {
        ref JournalChunk? slot = ref _slots[(_taken + 1) & (Slots - 1)];
        if (Volatile.Read(ref slot) is not { } chunk) return null;
        Volatile.Write(ref slot, null);
        Volatile.Write(ref _taken, _taken + 1);
        return chunk;
    }

    /// <summary>The ticket of the last chunk that was taken; for the taker.</summary>
    public long Taken => _taken;
}
