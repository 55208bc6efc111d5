namespace FastShard.Engine;

/// <summary>
/// Limits of the data that directives set for the whole process; read by handlers, changed by CONFIG SET.
/// </summary>
public static class EngineLimits
{
    /// <summary>What a blob can hold at most; a larger proto-max-bulk-len has no further effect.</summary>
    public const long StringLengthCeiling = int.MaxValue - (64 * 1024);

    /// <summary>A listpack never grows to this size, whatever the thresholds allow.</summary>
    public const int PackBytesMax = 1 << 30;

    private static long _stringLengthMax = 512L * 1024 * 1024;

    /// <summary>proto-max-bulk-len: APPEND, SETRANGE, SETBIT and BITFIELD make no string longer than this.</summary>
    public static long StringLengthMax
    {
        get => Volatile.Read(ref _stringLengthMax);
        set => Volatile.Write(ref _stringLengthMax, Math.Clamp(value, 0, StringLengthCeiling));
    }
}
