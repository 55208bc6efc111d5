using FastShard.Engine.Commands;

namespace FastShard.Engine.Hashes;

/// <summary>Deadlines of fields as clients say them.</summary>
internal static class FieldTime
{
    /// <summary>The latest deadline of a field that Redis accepts, in milliseconds since 1970.</summary>
    public const long MillisMax = (1L << 46) - 1;

    private const long MillisPerSecond = 1000;

    /// <summary>
    /// Reads a time in seconds or milliseconds, from now on or since 1970, as a deadline; on failure the reply is
    /// written.
    /// </summary>
    public static bool TryRead(
        ref CommandContext context, int index, bool isSeconds, bool isAbsolute, out long deadlineMillis)
    {
        if (!context.TryGetInteger(index, out deadlineMillis)) return false;
        if (deadlineMillis < 0)
        {
            context.Reply.Error("ERR invalid expire time, must be >= 0"u8);
            return false;
        }
        long start = isAbsolute ? 0 : context.NowMillis;
        if (deadlineMillis <= (isSeconds ? MillisMax / MillisPerSecond : MillisMax))
        {
            if (isSeconds) deadlineMillis *= MillisPerSecond;
            if (deadlineMillis <= MillisMax - start)
            {
                deadlineMillis += start;
                return true;
            }
        }
        context.Reply.Error($"ERR invalid expire time in '{context.Spec.FullName}' command");
        return false;
    }

    /// <summary>
    /// EX, PX, EXAT or PXAT at <paramref name="index"/> with its value behind it; None for any other word. False with
    /// the reply written where the value is missing or wrong.
    /// </summary>
    public static bool TryReadOption(ref CommandContext context, int index, out bool isTime, out long deadlineMillis)
    {
        deadlineMillis = 0;
        bool isSeconds = context.ArgIs(index, "EX"u8) || context.ArgIs(index, "EXAT"u8);
        bool isAbsolute = context.ArgIs(index, "EXAT"u8) || context.ArgIs(index, "PXAT"u8);
        isTime = isSeconds || isAbsolute || context.ArgIs(index, "PX"u8);
        if (!isTime) return true;
        if (index + 1 < context.ArgCount)
            return TryRead(ref context, index + 1, isSeconds, isAbsolute, out deadlineMillis);
        context.Reply.Error("ERR missing expire time"u8);
        return false;
    }
}
