namespace FastShard.Engine.Keys;

/// <summary>The arithmetic of deadlines: milliseconds since 1970 from what a client says.</summary>
public static class Deadline
{
    /// <summary>
    /// <paramref name="amount"/> units of <paramref name="unitMillis"/> after <paramref name="baseMillis"/>; false when
    /// no 64-bit number can hold that. Deadlines before 1970 are possible: they have passed.
    /// </summary>
    public static bool TryMake(long amount, long unitMillis, long baseMillis, out long deadlineMillis)
    {
        deadlineMillis = 0;
        if (amount > long.MaxValue / unitMillis || amount < long.MinValue / unitMillis) return false;
        amount *= unitMillis;
        if (amount > long.MaxValue - baseMillis) return false;
        deadlineMillis = amount + baseMillis;
        return true;
    }
}
