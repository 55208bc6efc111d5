namespace FastShard.Persistence.Loading;

/// <summary>One key of a file that was found and not made yet.</summary>
internal struct LoadRecord
{
    /// <summary>Where the byte of its type stands in the window.</summary>
    public int Start;

    /// <summary>Behind its last byte.</summary>
    public int End;

    public int Slot;
    public int Database;

    /// <summary>Deadline in milliseconds since 1970, 0 = none.</summary>
    public long ExpiryMillis;

    /// <summary>Seconds since the last use, -1 where that is not told.</summary>
    public long IdleSeconds;

    /// <summary>Frequency of use, -1 where that is not told.</summary>
    public int Frequency;
}
