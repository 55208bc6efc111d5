using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.SortedSets;

/// <summary>Commands that count or remove ranges: ZCOUNT, ZLEXCOUNT, ZREMRANGEBYRANK, -SCORE, -LEX.</summary>
public static class SortedSetCountCommands
{
    private const KeyAccess Reads = KeyAccess.ReadOnly | KeyAccess.Access;
    private const KeyAccess Removes = KeyAccess.ReadWrite | KeyAccess.Delete;
    private const string RemovalComplexity = "O(log(N)*M) for M members removed of N.";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("ZCOUNT", 4, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Count(ref context, RangeKind.Score))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.0.0",
            Complexity = "O(log(N)) where N is the number of members of the sorted set.",
            Summary = "Returns the number of members in a range of scores.",
            Syntax = "key min:double max:double",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZLEXCOUNT", 4, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Count(ref context, RangeKind.Lex))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.8.9",
            Complexity = "O(log(N)) where N is the number of members of the sorted set.",
            Summary = "Returns the number of members in a range of names, where all scores are the same.",
            Syntax = "key min max",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("ZREMRANGEBYRANK", 4, CommandFlags.Write,
            static (ref CommandContext context) => Remove(ref context, RangeKind.Rank, KeyEvent.ZRemRangeByRank))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.0.0",
            Complexity = RemovalComplexity,
            Summary = "Removes the members in a range of ranks.",
            Syntax = "key start:integer stop:integer",
            Keys = [KeySpec.At(1, Removes)],
        },
        new("ZREMRANGEBYSCORE", 4, CommandFlags.Write,
            static (ref CommandContext context) => Remove(ref context, RangeKind.Score, KeyEvent.ZRemRangeByScore))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = RemovalComplexity,
            Summary = "Removes the members in a range of scores.",
            Syntax = "key min:double max:double",
            Keys = [KeySpec.At(1, Removes)],
        },
        new("ZREMRANGEBYLEX", 4, CommandFlags.Write,
            static (ref CommandContext context) => Remove(ref context, RangeKind.Lex, KeyEvent.ZRemRangeByLex))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.8.9",
            Complexity = RemovalComplexity,
            Summary = "Removes the members in a range of names, where all scores are the same.",
            Syntax = "key min max",
            Keys = [KeySpec.At(1, Removes)],
        },
    ];

    private static void Count(ref CommandContext context, RangeKind kind)
    {
        if (!RangeQuery.TryParse(ref context, 2, kind, false, mayHaveScores: false, out RangeQuery query)) return;
        switch (SortedSetValue.Read(context.Key(1), out SortedSetValue value))
        {
            case Lookup.Missing: context.Reply.Integer(0); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        query.Locate(value, out _, out long count);
        context.Reply.Integer(count);
    }

    private static void Remove(ref CommandContext context, RangeKind kind, KeyEvent change)
    {
        if (!RangeQuery.TryParse(ref context, 2, kind, false, mayHaveScores: false, out RangeQuery query)) return;
        Key key = context.Key(1);
        switch (SortedSetValue.Write(key, out SortedSetValue value))
        {
            case Lookup.Missing: context.Reply.Integer(0); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        query.Locate(value, out long rank, out long count);
        context.Reply.Integer(count);
        if (count == 0) return;
        bool isAll = count == value.Count;
        if (isAll) value.RemoveKey();
        else value.RemoveRange(rank, count);
        key.Home.Modified(key, change);
        if (isAll) key.Home.Notify(key, KeyEvent.Del);
    }
}
