using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>Scores in listpacks: whole numbers as integers, all others as the shortest text.</summary>
internal static class ScoreText
{
    // Redis keeps whole numbers up to half of the range of 64 bits as integers.
    private const double IntegerMax = long.MaxValue / 2;

    /// <summary>Writes what a listpack keeps of a score (at most <see cref="Numbers.MaxDoubleBytes"/>).</summary>
    public static ReadOnlySpan<byte> Format(double score, Span<byte> scratch)
    {
        // A negative zero becomes a plain one here, as it does in Redis.
        bool isWhole = score >= -IntegerMax && score <= IntegerMax && score == Math.Truncate(score);
        return scratch[..(isWhole ? Numbers.FormatInt64((long)score, scratch) : Numbers.FormatDouble(score, scratch))];
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
