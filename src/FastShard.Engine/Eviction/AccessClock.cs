using FastShard.Memory;

namespace FastShard.Engine.Eviction;

/// <summary>
/// The 24 bits of access history in every entry, in the meaning that the eviction policy needs: see
/// <see cref="RecencyClock"/> and <see cref="FrequencyClock"/>. After a change of policy the bits of keys that were
/// not used since are nonsense for a while, as in Redis.
/// </summary>
public sealed class AccessClock
{
    private readonly FrequencyClock _frequency = new();

    /// <summary>True when an LFU policy is set.</summary>
    public bool IsLfu { get; set; }

    /// <summary>True when there is a memory limit, and these bits decide which keys go.</summary>
    public bool DecidesEviction { get; set; }

    /// <summary>lfu-log-factor.</summary>
    public int LogFactor
    {
        get => _frequency.LogFactor;
        set => _frequency.LogFactor = value;
    }

    /// <summary>lfu-decay-time, minutes for one step down; 0 = never.</summary>
    public int DecayMinutes
    {
        get => _frequency.DecayMinutes;
        set => _frequency.DecayMinutes = value;
    }

    /// <summary>The clock's value for a new entry.</summary>
    public uint Initial(ulong hash, long nowMillis) =>
        IsLfu ? _frequency.Initial(hash, nowMillis) : RecencyClock.Initial(nowMillis);

    /// <summary>Notes one access.</summary>
    public void Touch(in Entry entry, long nowMillis)
    {
        uint before = entry.AccessClock;
        uint after = IsLfu ? _frequency.Touched(before, nowMillis) : RecencyClock.Touched(before, nowMillis);
        // Hot keys are read many times a tick: their cache line need not be written each time.
        if (after != before) entry.SetAccessClock(after);
    }

    /// <summary>Milliseconds since the last access, in steps of 128; LRU meaning.</summary>
    public static long IdleMillis(in Entry entry, long nowMillis) =>
        RecencyClock.IdleMillis(entry.AccessClock, nowMillis);

    /// <summary>
    /// Whole seconds since the last access, as OBJECT IDLETIME shows them; LRU meaning. Rounded so that what was not
    /// used for ten seconds is never said to be idle for nine.
    /// </summary>
    public static long IdleSeconds(in Entry entry, long nowMillis) =>
        (RecencyClock.IdleMillis(entry.AccessClock, nowMillis) + RecencyClock.TickMillis - 1) / 1000;

    /// <summary>The frequency on Redis's scale, 0 to 255; LFU meaning.</summary>
    public int Frequency(in Entry entry, long nowMillis) => _frequency.Frequency(entry.AccessClock, nowMillis);

    /// <summary>The same as OBJECT FREQ shows it: the number that the key was told, if it was just now.</summary>
    public int Frequency(in Entry entry, ulong hash, long nowMillis) =>
        _frequency.Frequency(entry.AccessClock, hash, nowMillis);

    /// <summary>RESTORE FREQ: gives a key of this hash a frequency, and remembers the number.</summary>
    public void Tell(in Entry entry, ulong hash, int frequency, long nowMillis)
    {
        if (IsLfu) entry.SetAccessClock(_frequency.Tell(frequency, hash, nowMillis));
    }

    /// <summary>
    /// Gives a key the use that somebody else noted: idle time and frequency, -1 where it is not told. What the policy
    /// does not go by is passed over.
    /// </summary>
    public void Restore(in Entry entry, long idleMillis, int frequency, long nowMillis)
    {
        if (IsLfu && frequency >= 0) entry.SetAccessClock(_frequency.FromFrequency(frequency, nowMillis));
        else if (!IsLfu && idleMillis >= 0) entry.SetAccessClock(RecencyClock.FromIdle(idleMillis, nowMillis));
    }

    /// <summary>
    /// How much a key deserves to be evicted; the more, the rather. Keeps the bits of keys that are rarely looked at
    /// from wrapping round.
    /// </summary>
    public ulong Coldness(in Entry entry, long nowMillis)
    {
        uint clock = entry.AccessClock;
        uint held = IsLfu ? _frequency.Held(clock) : RecencyClock.Held(clock, nowMillis);
        if (held != clock) entry.SetAccessClock(held);
        return IsLfu ? _frequency.Coldness(held, nowMillis) : RecencyClock.Coldness(held, nowMillis);
    }

    /// <summary>A key is about to be evicted from a table of so many keys.</summary>
    public void NoteEvicted(in Entry entry, ulong hash, long keyCount, long nowMillis)
    {
        if (IsLfu) _frequency.NoteEvicted(entry.AccessClock, hash, keyCount, nowMillis);
    }
}
