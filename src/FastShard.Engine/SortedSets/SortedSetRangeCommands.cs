using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.SortedSets;

/// <summary>Commands that read ranges: ZRANGE and its older forms, ZRANGESTORE.</summary>
public static class SortedSetRangeCommands
{
    private const KeyAccess Reads = KeyAccess.ReadOnly | KeyAccess.Access;
    private const string RangeComplexity = "O(log(N)+M) for M members returned of N.";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("ZRANGE", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, RangeKind.Unsaid, null))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = RangeComplexity,
            Summary = "Returns the members in a range of ranks, scores or names.",
            Syntax = "key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset:integer count:integer] [WITHSCORES]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZREVRANGE", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, RangeKind.Rank, true))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = RangeComplexity,
            Summary = "Returns the members in a range of ranks, from the highest score on; ZRANGE with REV.",
            Syntax = "key start:integer stop:integer [WITHSCORES]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZRANGEBYSCORE", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, RangeKind.Score, false))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.0.5",
            Complexity = RangeComplexity,
            Summary = "Returns the members in a range of scores; ZRANGE with BYSCORE.",
            Syntax = "key min:double max:double [WITHSCORES] [LIMIT offset:integer count:integer]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZREVRANGEBYSCORE", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, RangeKind.Score, true))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.2.0",
            Complexity = RangeComplexity,
            Summary = "Returns the members in a range of scores from the highest on; ZRANGE with BYSCORE and REV.",
            Syntax = "key max:double min:double [WITHSCORES] [LIMIT offset:integer count:integer]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZRANGEBYLEX", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, RangeKind.Lex, false))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.8.9",
            Complexity = RangeComplexity,
            Summary = "Returns the members in a range of names, where all scores are the same; ZRANGE with BYLEX.",
            Syntax = "key min max [LIMIT offset:integer count:integer]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZREVRANGEBYLEX", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, RangeKind.Lex, true))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.8.9",
            Complexity = RangeComplexity,
            Summary = "Returns the members in a range of names from the last on; ZRANGE with BYLEX and REV.",
            Syntax = "key max min [LIMIT offset:integer count:integer]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZRANGESTORE", -5, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Store(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "6.2.0",
            Complexity = "O(log(N)+M) for M members stored of N.",
            Summary = "Stores the members in a range of ranks, scores or names in another key.",
            Syntax = "dst:key src:key min max [BYSCORE | BYLEX] [REV] [LIMIT offset:integer count:integer]",
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update), KeySpec.At(2, Reads)],
        },
    ];

    private static void Range(ref CommandContext context, RangeKind kind, bool? backwards)
    {
        if (!RangeQuery.TryParse(ref context, 2, kind, backwards, mayHaveScores: true, out RangeQuery query)) return;
        switch (SortedSetValue.Read(context.Key(1), out SortedSetValue value))
        {
            case Lookup.Missing: context.Reply.Array(0); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        query.Locate(value, out long rank, out long count);
        ScoreReply.Range(ref context.Reply, value, rank, count, query.Backwards, query.WithScores);
    }

    private static void Store(ref CommandContext context)
    {
        if (!RangeQuery.TryParse(ref context, 3, RangeKind.Unsaid, null, mayHaveScores: false, out RangeQuery query))
            return;
        Lookup lookup = SortedSetValue.Read(context.Key(2), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        using MemberList members = new();
        if (lookup == Lookup.Found)
        {
            query.Locate(value, out long rank, out long count);
            // What is kept stands in order, whichever way it was asked for.
            if (query.Backwards) rank -= count - 1;
            Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
            SortedWalk walk = value.Walk(rank, backwards: false, scratch);
            for (; count > 0 && walk.MoveNext(); count--) members.Add(walk.Member, walk.Score);
        }
        SortedSetStore.Replace(ref context, 1, members, KeyEvent.ZRangeStore);
        context.Reply.Integer(members.Count);
    }
}
