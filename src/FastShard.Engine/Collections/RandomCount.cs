using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Collections;

/// <summary>
/// How many random elements SRANDMEMBER, HRANDFIELD and ZRANDMEMBER are to return: so many different ones, or, of a
/// negative count, so many with repetition.
/// </summary>
internal readonly struct RandomCount
{
    private RandomCount(long count, bool mayRepeat)
    {
        Count = count;
        MayRepeat = mayRepeat;
    }

    /// <summary>How many.</summary>
    public long Count { get; }

    /// <summary>Whether the same element may come again.</summary>
    public bool MayRepeat { get; }

    /// <summary>
    /// Reads the count; on failure the reply is written. Where every element is a pair of replies the count has half
    /// the range.
    /// </summary>
    public static bool TryRead(ref CommandContext context, int index, bool mayPair, out RandomCount wanted)
    {
        wanted = default;
        if (!TryReadNumber(ref context, index, out long count)) return false;
        // More with repetition than a reply's length can say.
        if (count < (mayPair ? -int.MaxValue / 2 : -int.MaxValue))
        {
            context.Reply.Error("ERR value is out of range"u8);
            return false;
        }
        if (mayPair && count > long.MaxValue / 2)
        {
            context.Reply.Error("ERR value is out of range"u8);
            return false;
        }
        wanted = new RandomCount(Math.Abs(count), count < 0);
        return true;
    }

    /// <summary>Reads a number that may be negated; on failure the reply is written.</summary>
    public static bool TryReadNumber(ref CommandContext context, int index, out long count)
    {
        if (!context.TryGetInteger(index, out count)) return false;
        if (count != long.MinValue) return true;
        context.Reply.Error(
            "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"u8);
        return false;
    }
}
