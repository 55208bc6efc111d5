using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;

namespace FastShard.Engine.SortedSets;

/// <summary>Commands that ask about single members: ZCARD, ZSCORE, ZMSCORE, ZRANK, ZREVRANK.</summary>
public static class SortedSetScoreCommands
{
    private const CommandFlags Reads = CommandFlags.ReadOnly | CommandFlags.Fast;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("ZCARD", 2, Reads, static (ref CommandContext context) => Count(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = "O(1)",
            Summary = "Returns the number of members of a sorted set.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
            SpreadsOver = SpreadKinds.Scores,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadCollections.Count(ref context, spread, here),
        },
        new("ZSCORE", 3, Reads, static (ref CommandContext context) => Score(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = "O(1)",
            Summary = "Returns the score of a member.",
            Syntax = "key member",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            SpreadsOver = SpreadKinds.Scores,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadCollections.Score(ref context, spread, here),
        },
        new("ZMSCORE", -3, Reads, static (ref CommandContext context) => Scores(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "6.2.0",
            Complexity = "O(N) where N is the number of members asked for.",
            Summary = "Returns the scores of several members.",
            Syntax = "key member [member ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("ZRANK", -3, Reads, static (ref CommandContext context) => Rank(ref context, fromTop: false))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.0.0",
            Complexity = "O(log(N))",
            Summary = "Returns how many members have a lower score than a member.",
            Syntax = "key member [WITHSCORE]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("ZREVRANK", -3, Reads, static (ref CommandContext context) => Rank(ref context, fromTop: true))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.0.0",
            Complexity = "O(log(N))",
            Summary = "Returns how many members have a higher score than a member.",
            Syntax = "key member [WITHSCORE]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Count(ref CommandContext context)
    {
        switch (SortedSetValue.Read(context.Key(1), out SortedSetValue value))
        {
            case Lookup.Found: context.Reply.Integer(value.Count); break;
            case Lookup.Missing: context.Reply.Integer(0); break;
            default: context.Reply.Error(Errors.WrongType); break;
        }
    }

    private static void Score(ref CommandContext context)
    {
        Lookup lookup = SortedSetValue.Read(context.Key(1), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        ReplyScore(ref context, lookup == Lookup.Found, value, context.Arg(2));
    }

    private static void Scores(ref CommandContext context)
    {
        Lookup lookup = SortedSetValue.Read(context.Key(1), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        context.Reply.Array(context.ArgCount - 2);
        for (int index = 2; index < context.ArgCount; index++)
            ReplyScore(ref context, lookup == Lookup.Found, value, context.Arg(index));
    }

    private static void ReplyScore(
        ref CommandContext context, bool hasKey, in SortedSetValue value, scoped ReadOnlySpan<byte> member)
    {
        FoundMember found = hasKey ? value.Find(member) : default;
        if (found.Exists) context.Reply.Double(found.Score);
        else context.Reply.Null();
    }

    private static void Rank(ref CommandContext context, bool fromTop)
    {
        if (context.ArgCount > 4)
        {
            context.Reply.Error($"ERR wrong number of arguments for '{context.Spec.FullName}' command");
            return;
        }
        bool withScore = context.ArgCount == 4;
        if (withScore && !context.ArgIs(3, "WITHSCORE"u8))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        Lookup lookup = SortedSetValue.Read(context.Key(1), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        FoundMember found = lookup == Lookup.Found ? value.Find(context.Arg(2)) : default;
        if (!found.Exists)
        {
            if (withScore) context.Reply.NullArray();
            else context.Reply.Null();
            return;
        }
        long rank = value.RankOf(found);
        if (withScore) context.Reply.Array(2);
        context.Reply.Integer(fromTop ? value.Count - 1 - rank : rank);
        if (withScore) context.Reply.Double(found.Score);
    }
}
