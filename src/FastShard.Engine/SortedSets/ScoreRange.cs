using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>A range of scores as clients write it: "1.5", "(1.5" without the score itself, "-inf", "+inf".</summary>
internal readonly record struct ScoreRange(double Min, double Max, bool MinExcluded, bool MaxExcluded)
{
    /// <summary>Reads both ends; false when one is no number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> min, ReadOnlySpan<byte> max, out ScoreRange range)
    {
        range = default;
        if (!TryParse(min, out double low, out bool lowExcluded)) return false;
        if (!TryParse(max, out double high, out bool highExcluded)) return false;
        range = new ScoreRange(low, high, lowExcluded, highExcluded);
        return true;
    }

    /// <summary>The ranks of the scores in the range: from the first up to, without, the end.</summary>
    public void Locate(scoped in SortedSetValue value, out long first, out long end)
    {
        first = value.CountBelow(Min, orEqual: MinExcluded);
        end = value.CountBelow(Max, orEqual: !MaxExcluded);
    }

    /// <summary>As C's strtod reads: blanks may stand in front, nothing at all is 0, too large is infinite.</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, out double score, out bool isExcluded)
    {
        isExcluded = text.Length > 0 && text[0] == '(';
        text = (isExcluded ? text[1..] : text).TrimStart(" \t\n\v\f\r"u8);
        score = 0;
        if (text.IsEmpty || Numbers.TryParseDouble(text, out score)) return true;
        if (!LongDouble.TryParse(text, out LongDouble large)) return false;
        LongDouble one = LongDouble.FromInt64(1);
        LongDouble minusOne = LongDouble.FromInt64(-1);
        score = LongDouble.Compare(large, one) > 0 ? double.PositiveInfinity
            : LongDouble.Compare(large, minusOne) < 0 ? double.NegativeInfinity : 0;
        return true;
    }
}
