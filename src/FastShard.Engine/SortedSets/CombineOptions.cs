using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>What stands behind the keys of ZUNION, ZINTER, ZDIFF and their kin.</summary>
internal struct CombineOptions
{
    public Aggregate Aggregate;
    public bool WithScores;

    /// <summary>ZINTERCARD: where counting ends; 0 = it does not.</summary>
    public long Limit;

    /// <summary>Argument index of the first weight, 0 if there are none; all of them are numbers.</summary>
    public int Weights;

    /// <summary>Reads the options from an argument on; on failure the reply is written.</summary>
    public static bool TryParse(
        ref CommandContext context, int index, int keys, CombineRules rules, out CombineOptions options)
    {
        options = default;
        while (index < context.ArgCount)
        {
            int left = context.ArgCount - index;
            if (rules.TakesScores && left > keys && context.ArgIs(index, "WEIGHTS"u8))
            {
                options.Weights = index + 1;
                index += keys + 1;
                if (!AreWeights(ref context, options.Weights, index)) return false;
            }
            else if (rules.TakesScores && left >= 2 && context.ArgIs(index, "AGGREGATE"u8))
            {
                if (!TryReadAggregate(ref context, index + 1, out options.Aggregate)) return false;
                index += 2;
            }
            else if (rules.RepliesMembers && context.ArgIs(index, "WITHSCORES"u8))
            {
                options.WithScores = true;
                index++;
            }
            else if (rules.OnlyCounts && left >= 2 && context.ArgIs(index, "LIMIT"u8))
            {
                if (!TryReadLimit(ref context, index + 1, out options.Limit)) return false;
                index += 2;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        return true;
    }

    private static bool AreWeights(ref CommandContext context, int index, int end)
    {
        for (; index < end; index++)
        {
            if (Numbers.TryParseDouble(context.Arg(index), out _)) continue;
            context.Reply.Error("ERR weight value is not a float"u8);
            return false;
        }
        return true;
    }

    private static bool TryReadAggregate(ref CommandContext context, int index, out Aggregate aggregate)
    {
        aggregate = default;
        if (context.ArgIs(index, "SUM"u8)) aggregate = Aggregate.Sum;
        else if (context.ArgIs(index, "MIN"u8)) aggregate = Aggregate.Min;
        else if (context.ArgIs(index, "MAX"u8)) aggregate = Aggregate.Max;
        else if (context.ArgIs(index, "COUNT"u8)) aggregate = Aggregate.Count;
        else
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        return true;
    }

    private static bool TryReadLimit(ref CommandContext context, int index, out long limit)
    {
        if (Numbers.TryParseInt64(context.Arg(index), out limit) && limit >= 0) return true;
        context.Reply.Error("ERR LIMIT can't be negative"u8);
        return false;
    }
}
