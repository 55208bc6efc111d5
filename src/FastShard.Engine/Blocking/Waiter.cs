// A parked command may stand in queues of several shards, and its client belongs to yet another one. Whoever wants to
// end the wait (a shard that can serve it, the deadline, CLIENT UNBLOCK, a closed connection) has to win one
// compare-and-swap on its state; who loses does nothing. So a waiter is served once, and from one place.

namespace FastShard.Engine.Blocking;

/// <summary>A parked command as the queues see it.</summary>
public abstract class Waiter
{
    private const int Waiting = 0;
    private const int Serving = 1;
    private const int Ended = 2;
    private const int Abandoned = 3;

    private WaitPlace[] _places = [];
    private int _placeCount;
    private int _state = Ended;

    /// <summary>What it waits for.</summary>
    public BlockKind Kind { get; private set; }

    /// <summary>Its places, those it has left included.</summary>
    internal ReadOnlySpan<WaitPlace> Places => _places.AsSpan(0, _placeCount);

    /// <summary>The bytes of a key, by its argument index.</summary>
    public abstract ReadOnlySpan<byte> KeyAt(int index);

    /// <summary>Begins a wait; the one before has ended, and no queue knows of it any more.</summary>
    protected void Begin(BlockKind kind)
    {
        Kind = kind;
        _placeCount = 0;
        Volatile.Write(ref _state, Waiting);
    }

    /// <summary>
    /// The right to run its command; to be followed by <see cref="TryPutBack"/> or <see cref="End"/>.
    /// </summary>
    public bool TryServe() => Interlocked.CompareExchange(ref _state, Serving, Waiting) == Waiting;

    /// <summary>
    /// Its command could not be served: it waits on. False when it was abandoned meanwhile, and is to be ended.
    /// </summary>
    public bool TryPutBack() => Interlocked.CompareExchange(ref _state, Waiting, Serving) == Serving;

    /// <summary>For whoever had <see cref="TryServe"/>: the wait is over.</summary>
    public void End() => Volatile.Write(ref _state, Ended);

    /// <summary>Ends the wait without serving it; false when somebody serves it, or has.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _state, Ended, Waiting) == Waiting;

    /// <summary>
    /// The client is gone. True when the wait is over with that; false when somebody serves it or has served it, and
    /// will tell the client's shard.
    /// </summary>
    public bool TryEndOrAbandon()
    {
        while (true)
        {
            if (TryEnd()) return true;
            int seen = Interlocked.CompareExchange(ref _state, Abandoned, Serving);
            if (seen != Waiting) return false; // else it was put back between the two
        }
    }

    internal WaitPlace AddPlace()
    {
        if (_placeCount == _places.Length) Array.Resize(ref _places, Math.Max(1, _placeCount * 2));
        return _places[_placeCount++] ??= new WaitPlace(this);
    }
}
