using FastShard.Memory;

namespace FastShard.Engine.Eviction;

/// <summary>
/// The 24 bits of access history in every entry. Under an LRU policy they are a clock of 1/16 s ticks, finer than
/// Redis's whole seconds; under LFU, 16 bits of minutes and an 8-bit logarithmic counter, as in Redis.
/// </summary>
public sealed class AccessClock
{
    /// <summary>Ticks a second of the LRU clock; it wraps after about twelve days.</summary>
    public const int TicksPerSecond = 16;

    private const uint Mask = 0xFFFFFF;
    private const int LfuInitial = 5;

    private ulong _random = 0x2545F4914F6CDD1D;

    /// <summary>True when an LFU policy is set.</summary>
    public bool IsLfu { get; set; }

    /// <summary>lfu-log-factor.</summary>
    public int LogFactor { get; set; } = 10;

    /// <summary>lfu-decay-time, minutes for one step down; 0 = never.</summary>
    public int DecayMinutes { get; set; } = 1;

    /// <summary>The clock's value for a new entry.</summary>
    public uint Initial(long nowMillis) => IsLfu ? (Minutes(nowMillis) << 8) | LfuInitial : Ticks(nowMillis);

    /// <summary>Notes one access.</summary>
    public void Touch(in Entry entry, long nowMillis)
    {
        if (!IsLfu)
        {
            entry.SetAccessClock(Ticks(nowMillis));
            return;
        }
        uint counter = Increment(Frequency(entry, nowMillis));
        entry.SetAccessClock((Minutes(nowMillis) << 8) | counter);
    }

    /// <summary>Milliseconds since the last access, LRU meaning.</summary>
    public static long IdleMillis(in Entry entry, long nowMillis)
    {
        uint ticks = (Ticks(nowMillis) - entry.AccessClock) & Mask;
        return ticks * 1000L / TicksPerSecond;
    }

    /// <summary>The decayed logarithmic counter, 0 to 255, LFU meaning.</summary>
    public uint Frequency(in Entry entry, long nowMillis)
    {
        uint clock = entry.AccessClock;
        uint counter = clock & 0xFF;
        if (DecayMinutes == 0) return counter;
        uint elapsed = (Minutes(nowMillis) - (clock >> 8)) & 0xFFFF;
        uint steps = elapsed / (uint)DecayMinutes;
        return steps >= counter ? 0 : counter - steps;
    }

    private static uint Ticks(long nowMillis) => (uint)(nowMillis * TicksPerSecond / 1000) & Mask;

    private static uint Minutes(long nowMillis) => (uint)(nowMillis / 60000) & 0xFFFF;

    private uint Increment(uint counter)
    {
        if (counter == 255) return 255;
        double steps = counter > LfuInitial ? counter - LfuInitial : 0;
        double probability = 1.0 / ((steps * LogFactor) + 1);
        return NextUnit() < probability ? counter + 1 : counter;
    }

    private double NextUnit()
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (_random >> 11) * (1.0 / (1UL << 53));
    }
}
