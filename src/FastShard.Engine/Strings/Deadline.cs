using FastShard.Engine.Keyspaces;
using FastShard.Engine.Commands;

namespace FastShard.Engine.Strings;

/// <summary>Reads the time of an option such as EX as a deadline: milliseconds since 1970, always above 0.</summary>
internal static class Deadline
{
    /// <summary>On failure the reply is written: no integer, not above 0, or later than 64 bits can say.</summary>
    public static bool TryRead(ref CommandContext context, int index, StringOption unit, out long deadlineMillis)
    {
        if (!context.TryGetInteger(index, out deadlineMillis)) return false;
        bool isSeconds = (unit & (StringOption.Ex | StringOption.ExAt)) != 0;
        bool isRelative = (unit & (StringOption.Ex | StringOption.Px)) != 0;
        if (deadlineMillis > 0 && (!isSeconds || deadlineMillis <= long.MaxValue / 1000))
        {
            if (isSeconds) deadlineMillis *= 1000;
            if (!isRelative) return true;
            if (deadlineMillis <= long.MaxValue - context.NowMillis)
            {
                deadlineMillis += context.NowMillis;
                return true;
            }
        }
        context.Reply.Error($"ERR invalid expire time in '{context.Spec.FullName}' command");
        return false;
    }

    /// <summary>True for a deadline that was given and is over already: the key goes at once.</summary>
    public static bool IsPast(in Key key, long deadlineMillis) =>
        deadlineMillis != 0 && key.Home.Owner.HasPassed(deadlineMillis);
}
