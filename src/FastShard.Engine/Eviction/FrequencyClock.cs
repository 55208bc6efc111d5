// The LFU meaning of a key's 24 access bits:
//
//   | 16 bits: epoch of the last access | 8 bits: logarithmic count of accesses, decayed to that epoch |
//
// A count c stands for 2^(c/10) - 1 accesses, so 255 for some fifty million; each access raises it by the difference
// to the next, whole steps for certain and the rest by chance. Every epoch takes one step from it: ten epochs halve
// what a key has earned. Redis's counter grows with the square root instead and tells nothing apart between 1 and 10
// accesses, which is where most keys of a cache are that are worth choosing from.
//
// An epoch ends when lfu-decay-time has passed, and when twice as many keys were evicted as there are: a cache that
// turns over fast must also forget fast, or keys that were hot yesterday crowd out today's.
//
// Evicted keys leave their count behind in a small table of fingerprints. One that comes back does not start from
// nothing, so a key that is asked for often enough to stay gets there even if chance evicts it in between.

using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Eviction;

/// <summary>Reads and sets access bits as a decaying count of use.</summary>
internal sealed class FrequencyClock
{
    private const int StepsPerDoubling = 10;
    private const uint CountMax = 255;
    private const uint EpochMask = 0xFFFF;
    private const long MillisPerMinute = 60_000;
    private const int EvictionsPerKeyAndEpoch = 2;

    // What one access adds to each count: whole steps, and the chance of one more in 2^-32.
    private static readonly (byte Steps, uint Chance)[] Growth = BuildGrowth();

    private readonly GhostCounts _ghosts = new();
    private readonly ToldFrequencies _told = new();
    private ulong _random;
    private uint _epoch;
    private long _epochStartMillis = -1;
    private long _evictions;

    /// <summary>lfu-log-factor: only shapes the number that OBJECT FREQ shows.</summary>
    internal int LogFactor { get; set; } = 10;

    /// <summary>lfu-decay-time, minutes of an epoch; 0 = counts never decay.</summary>
    internal int DecayMinutes { get; set; } = 1;

    /// <summary>The bits of a key that has just come: one access, on top of what it left when it was evicted.</summary>
    internal uint Initial(ulong hash, long nowMillis)
    {
        AdvanceTo(nowMillis);
        return Pack(Grown(_ghosts.Take(hash, _epoch)));
    }

    /// <summary>The bits after one more access.</summary>
    internal uint Touched(uint clock, long nowMillis)
    {
        AdvanceTo(nowMillis);
        return Pack(Grown(Decayed(clock)));
    }

    /// <summary>How much a key deserves to be evicted: by its count, of equals the longest unused.</summary>
    internal ulong Coldness(uint clock, long nowMillis)
    {
        AdvanceTo(nowMillis);
        return ((ulong)(CountMax - Decayed(clock)) << 16) | Elapsed(clock);
    }

    /// <summary>Bits that say the same in the present epoch, before the epochs in between wrap round.</summary>
    internal uint Held(uint clock) => Elapsed(clock) <= EpochMask / 2 ? clock : Pack(Decayed(clock));

    /// <summary>
    /// The count on Redis's scale: new keys have 5, and with a log factor of 10 a million accesses make 255.
    /// </summary>
    internal int Frequency(uint clock, long nowMillis)
    {
        const int RedisInitial = 5;
        AdvanceTo(nowMillis);
        double accesses = Math.Pow(2, (double)Decayed(clock) / StepsPerDoubling) - 1;
        if (accesses <= 1) return (int)Math.Round(RedisInitial * accesses);
        // Redis counts from step b to the next with a chance of 1 / (b * factor + 1), so b steps take
        // b + factor * b * (b - 1) / 2 accesses.
        double half = LogFactor / 2.0;
        double linear = 1 - half;
        double steps = LogFactor == 0
            ? accesses - 1
            : (Math.Sqrt((linear * linear) + (4 * half * (accesses - 1))) - linear) / (2 * half);
        return (int)Math.Min(RedisInitial + Math.Round(steps), CountMax);
    }

    /// <summary>The same of a key that may have been told its number in this epoch.</summary>
    internal int Frequency(uint clock, ulong hash, long nowMillis)
    {
        AdvanceTo(nowMillis);
        int told = Elapsed(clock) == 0 ? _told.Find(hash, clock) : -1;
        return told >= 0 ? told : Frequency(clock, nowMillis);
    }

    /// <summary>The bits of a key that is told its frequency, which it shows for the present.</summary>
    internal uint Tell(int frequency, ulong hash, long nowMillis)
    {
        uint clock = FromFrequency(frequency, nowMillis);
        _told.Put(hash, clock, frequency);
        return clock;
    }

    /// <summary>
    /// The bits of a key whose <see cref="Frequency(uint, long)"/> is known: the count that shows the nearest number.
    /// </summary>
    internal uint FromFrequency(int frequency, long nowMillis)
    {
        AdvanceTo(nowMillis);
        uint count = 0;
        while (count < CountMax && Frequency(Pack(count), nowMillis) < frequency) count++;
        if (count == 0) return Pack(count);
        int above = Frequency(Pack(count), nowMillis) - frequency;
        int below = frequency - Frequency(Pack(count - 1), nowMillis);
        return Pack(below < above ? count - 1 : count);
    }

    /// <summary>Remembers an evicted key, and ends the epoch when enough were evicted of so many keys.</summary>
    internal void NoteEvicted(uint clock, ulong hash, long keyCount, long nowMillis)
    {
        AdvanceTo(nowMillis);
        _ghosts.Put(hash, Decayed(clock), _epoch, keyCount);
        if (DecayMinutes == 0 || ++_evictions < EvictionsPerKeyAndEpoch * keyCount) return;
        _evictions = 0;
        _epoch = (_epoch + 1) & EpochMask;
    }

    private uint Pack(uint count) => (_epoch << 8) | count;

    private uint Elapsed(uint clock) => (_epoch - (clock >> 8)) & EpochMask;

    private uint Decayed(uint clock)
    {
        uint count = clock & CountMax;
        uint elapsed = Elapsed(clock);
        return elapsed >= count ? 0 : count - elapsed;
    }

    private uint Grown(uint count)
    {
        (byte steps, uint chance) = Growth[count];
        count += steps;
        if (chance != 0 && (uint)SplitMix.Next(ref _random) < chance) count++;
        return Math.Min(count, CountMax);
    }

    private void AdvanceTo(long nowMillis)
    {
        long period = DecayMinutes * MillisPerMinute;
        long since = nowMillis - _epochStartMillis;
        // Unsigned: a clock that was set back also ends up here.
        if (period == 0 || (ulong)since < (ulong)period) return;
        if (_epochStartMillis < 0 || since < 0)
        {
            _epochStartMillis = nowMillis;
            return;
        }
        _epoch = (uint)(_epoch + (since / period)) & EpochMask;
        _epochStartMillis += since / period * period;
    }

    private static (byte Steps, uint Chance)[] BuildGrowth()
    {
        var growth = new (byte, uint)[CountMax + 1];
        for (int count = 0; count < CountMax; count++)
        {
            double accesses = Math.Pow(2, (double)count / StepsPerDoubling);
            double steps = (StepsPerDoubling * Math.Log2(accesses + 1)) - count;
            growth[count] = ((byte)steps, (uint)((steps - Math.Floor(steps)) * uint.MaxValue));
        }
        return growth;
    }
}
