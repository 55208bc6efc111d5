using FastShard.Engine.Commands;

namespace FastShard.Engine.SortedSets;

/// <summary>What a range command asks for: its ends, direction and options, as ranks once the set is known.</summary>
internal ref struct RangeQuery
{
    private RangeKind _kind;
    private long _offset;
    private long _limit;
    private long _start;
    private long _stop;
    private ScoreRange _scores;
    private LexRange _members;

    /// <summary>From the highest score to the lowest.</summary>
    public bool Backwards { get; private set; }

    /// <summary>Scores are replied too.</summary>
    public bool WithScores { get; private set; }

    /// <summary>
    /// Reads the ends at <paramref name="index"/> and the options behind them; on failure the reply is written.
    /// <paramref name="backwards"/> is null where REV may be given.
    /// </summary>
    public static bool TryParse(
        ref CommandContext context, int index, RangeKind kind, bool? backwards, bool mayHaveScores,
        out RangeQuery query)
    {
        query = new RangeQuery { _kind = kind, Backwards = backwards ?? false, _limit = -1 };
        bool mayReverse = backwards is null;
        for (int option = index + 2; option < context.ArgCount; option++)
        {
            bool maySayKind = query._kind == RangeKind.Unsaid;
            if (mayHaveScores && context.ArgIs(option, "WITHSCORES"u8)) query.WithScores = true;
            else if (context.ArgIs(option, "LIMIT"u8) && option + 2 < context.ArgCount)
            {
                if (!context.TryGetInteger(option + 1, out query._offset)) return false;
                if (!context.TryGetInteger(option + 2, out query._limit)) return false;
                option += 2;
            }
            else if (mayReverse && !query.Backwards && context.ArgIs(option, "REV"u8)) query.Backwards = true;
            else if (maySayKind && context.ArgIs(option, "BYSCORE"u8)) query._kind = RangeKind.Score;
            else if (maySayKind && context.ArgIs(option, "BYLEX"u8)) query._kind = RangeKind.Lex;
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        if (query._kind == RangeKind.Unsaid) query._kind = RangeKind.Rank;
        ReadOnlySpan<byte> error = query.FindContradiction();
        if (error.IsEmpty && query._kind == RangeKind.Rank)
        {
            return context.TryGetInteger(index, out query._start)
                && context.TryGetInteger(index + 1, out query._stop);
        }
        // Backwards the higher end comes first.
        int min = query.Backwards ? index + 1 : index;
        int max = query.Backwards ? index : index + 1;
        if (error.IsEmpty) error = query.ReadEnds(context.Arg(min), context.Arg(max));
        if (error.IsEmpty) return true;
        context.Reply.Error(error);
        return false;
    }

    /// <summary>The rank that a walk begins with, in its direction, and how many members it passes.</summary>
    public readonly void Locate(scoped in SortedSetValue value, out long rank, out long count)
    {
        if (_kind == RangeKind.Rank)
        {
            LocateRanks(value.Count, out rank, out count);
            return;
        }
        long end;
        if (_kind == RangeKind.Score) _scores.Locate(value, out rank, out end);
        else _members.Locate(value, out rank, out end);
        count = Math.Max(end - rank, 0);
        // A negative offset is never reached, and a negative limit is none.
        if (_offset < 0 || _offset >= count)
        {
            count = 0;
            return;
        }
        rank = Backwards ? end - 1 - _offset : rank + _offset;
        count -= _offset;
        if (_limit >= 0) count = Math.Min(count, _limit);
    }

    private readonly void LocateRanks(long all, out long rank, out long count)
    {
        long start = Math.Max(_start < 0 ? _start + all : _start, 0);
        long stop = Math.Min(_stop < 0 ? _stop + all : _stop, all - 1);
        rank = Backwards ? all - 1 - start : start;
        count = start > stop ? 0 : stop - start + 1;
    }

    /// <summary>The error of options that do not go together; empty if they do.</summary>
    private readonly ReadOnlySpan<byte> FindContradiction()
    {
        if (_limit != -1 && _kind == RangeKind.Rank)
            return "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX"u8;
        return WithScores && _kind == RangeKind.Lex
            ? "ERR syntax error, WITHSCORES not supported in combination with BYLEX"u8
            : default;
    }

    /// <summary>Reads ends that are no ranks; returns the error, empty if there is none.</summary>
    private ReadOnlySpan<byte> ReadEnds(ReadOnlySpan<byte> min, ReadOnlySpan<byte> max)
    {
        if (_kind == RangeKind.Score)
            return ScoreRange.TryParse(min, max, out _scores) ? default : Errors.NotAScoreRange;
        return LexRange.TryParse(min, max, out _members) ? default : Errors.NotALexRange;
    }
}
