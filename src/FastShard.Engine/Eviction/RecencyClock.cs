// The LRU meaning of a key's 24 access bits:
//
//   | 23 bits: time of the last access in ticks of 128 ms | 1 bit: used again since it came |
//
// Ticks are finer than Redis's whole seconds: a busy cache turns over in seconds, and keys that were used in the same
// tick cannot be told apart. The clock wraps after twelve days. That does no harm where keys are evicted, since the
// sampler meets every key long before and holds the old ones at half a turn; elsewhere only OBJECT IDLETIME shows it.
//
// The last bit is what a plain LRU lacks. A key that came and was never asked for again (the trace of a scan) counts
// as idle four times as long as one that has proved useful. An access within the tick of the previous one proves
// nothing: SET followed by EXPIRE is one use.

namespace FastShard.Engine.Eviction;

/// <summary>Reads and sets access bits as a clock of last use.</summary>
internal static class RecencyClock
{
    /// <summary>Milliseconds of a tick.</summary>
    internal const int TickMillis = 1 << TickBits;

    private const int TickBits = 7;

    private const uint TickMask = 0x7FFFFF;
    private const uint UsedBit = 1;

    /// <summary>Ages beyond are a clock that was set back, not a key from twelve days ago.</summary>
    private const uint FutureAge = TickMask - (1 << 14);

    private const int UnusedShift = 2;

    /// <summary>The bits of a key that has just come.</summary>
    internal static uint Initial(long nowMillis) => Ticks(nowMillis) << 1;

    /// <summary>The bits after one more access.</summary>
    internal static uint Touched(uint clock, long nowMillis)
    {
        uint ticks = Ticks(nowMillis);
        uint used = clock >> 1 == ticks ? clock & UsedBit : UsedBit;
        return (ticks << 1) | used;
    }

    /// <summary>The bits of a key that was used, and then not for so long; at most half a turn.</summary>
    internal static uint FromIdle(long idleMillis, long nowMillis)
    {
        const long HalfTurn = TickMask / 2;
        long idle = Math.Min(idleMillis >> TickBits, HalfTurn);
        return (((Ticks(nowMillis) - (uint)idle) & TickMask) << 1) | UsedBit;
    }

    /// <summary>Milliseconds since the last access.</summary>
    internal static long IdleMillis(uint clock, long nowMillis) => (long)AgeTicks(clock, nowMillis) << TickBits;

    /// <summary>How much a key deserves to be evicted.</summary>
    internal static ulong Coldness(uint clock, long nowMillis)
    {
        ulong idle = AgeTicks(clock, nowMillis) + 1UL;
        return (clock & UsedBit) != 0 ? idle : idle << UnusedShift;
    }

    /// <summary>Bits that say the same and will not soon be taken for younger, when a key was long unused.</summary>
    internal static uint Held(uint clock, long nowMillis)
    {
        const uint HalfTurn = TickMask / 2;
        if (AgeTicks(clock, nowMillis) <= HalfTurn) return clock;
        return (((Ticks(nowMillis) - HalfTurn) & TickMask) << 1) | (clock & UsedBit);
    }

    private static uint AgeTicks(uint clock, long nowMillis)
    {
        uint age = (Ticks(nowMillis) - (clock >> 1)) & TickMask;
        return age > FutureAge ? 0 : age;
    }

    private static uint Ticks(long nowMillis) => (uint)(nowMillis >> TickBits) & TickMask;
}
