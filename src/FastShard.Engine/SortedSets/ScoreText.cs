using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>Scores in listpacks: whole numbers as integers, all others as the shortest text.</summary>
internal static class ScoreText
{
    /// <summary>Writes what a listpack keeps of a score (at most <see cref="Numbers.MaxDoubleBytes"/>).</summary>
    public static ReadOnlySpan<byte> Format(double score, Span<byte> scratch)
    {
        // A negative zero becomes a plain one here, as it does in Redis.
        int length = Numbers.TryGetWhole(score, out long whole)
            ? Numbers.FormatInt64(whole, scratch)
            : Numbers.FormatDouble(score, scratch);
        return scratch[..length];
    }

    /// <summary>Reads the score at a place of a listpack.</summary>
    public static double Read(ReadOnlySpan<byte> pack, int at)
    {
        PackElement element = Listpack.Get(pack, at);
        if (element.IsInteger) return element.Integer;
        _ = Numbers.TryParseDouble(element.Text, out double score);
        return score;
    }
}
