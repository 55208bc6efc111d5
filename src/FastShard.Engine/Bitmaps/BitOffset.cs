using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Bitmaps;

/// <summary>Reads bit offsets: not negative, and inside of the longest string that is allowed.</summary>
internal static class BitOffset
{
    /// <summary>
    /// An offset in bits; written as #N it counts in units of <paramref name="unitBits"/>, where that is above 0. On
    /// failure the reply is written.
    /// </summary>
    public static bool TryRead(ref CommandContext context, int index, int unitBits, out long offset)
    {
        ReadOnlySpan<byte> text = context.Arg(index);
        bool countsUnits = unitBits > 0 && !text.IsEmpty && text[0] == '#';
        if (countsUnits) text = text[1..];
        long unit = countsUnits ? unitBits : 1;
        if (Numbers.TryParseInt64(text, out offset) && offset >= 0 && offset <= long.MaxValue / unit)
        {
            offset *= unit;
            if (offset >> 3 < EngineLimits.StringLengthMax) return true;
        }
        context.Reply.Error(Errors.BitOffset);
        return false;
    }
}
