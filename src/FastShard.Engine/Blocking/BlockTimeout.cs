using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Blocking;

/// <summary>Reads how long a blocking command waits, as a deadline on the turn's clock; 0 = for ever.</summary>
public static class BlockTimeout
{
    // A decimal fraction of seconds is rarely a whole number of milliseconds in binary: 1.1 s must not become 1101 ms.
    private const double Slack = 1e-6;

    /// <summary>Seconds with a fraction; on failure the reply is written already.</summary>
    public static bool TryReadSeconds(ref CommandContext context, int index, out long deadlineMillis)
    {
        deadlineMillis = 0;
        ReadOnlySpan<byte> text = context.Arg(index);
        if (!Numbers.TryParseDouble(text, out double seconds))
        {
            if (!LongDouble.TryParse(text, out LongDouble large))
            {
                context.Reply.Error("ERR timeout is not a float or out of range"u8);
                return false;
            }
            // Too large for a double, or too small, which is as good as nothing.
            seconds = LongDouble.Compare(large, LongDouble.FromInt64(1)) > 0 ? double.PositiveInfinity
                : LongDouble.Compare(large, LongDouble.FromInt64(-1)) < 0 ? double.NegativeInfinity : 0;
        }
        double millis = Math.Ceiling((seconds * 1000) - Slack);
        if (millis == 0 && seconds > 0) millis = 1;
        if (millis < long.MaxValue) return TryAdd(ref context, (long)millis, out deadlineMillis);
        context.Reply.Error("ERR timeout is out of range"u8);
        return false;
    }

    /// <summary>Whole milliseconds; on failure the reply is written already.</summary>
    public static bool TryReadMillis(ref CommandContext context, int index, out long deadlineMillis)
    {
        deadlineMillis = 0;
        if (Numbers.TryParseInt64(context.Arg(index), out long millis))
            return TryAdd(ref context, millis, out deadlineMillis);
        context.Reply.Error("ERR timeout is not an integer or out of range"u8);
        return false;
    }

    private static bool TryAdd(ref CommandContext context, long millis, out long deadlineMillis)
    {
        deadlineMillis = 0;
        if (millis < 0)
        {
            context.Reply.Error("ERR timeout is negative"u8);
            return false;
        }
        if (millis > long.MaxValue - context.NowMillis)
        {
            context.Reply.Error("ERR timeout is out of range"u8);
            return false;
        }
        if (millis > 0) deadlineMillis = context.NowMillis + millis;
        return true;
    }
}
