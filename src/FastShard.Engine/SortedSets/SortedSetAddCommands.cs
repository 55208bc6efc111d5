using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>Commands that change single members: ZADD, ZINCRBY, ZREM.</summary>
public static class SortedSetAddCommands
{
    private const CommandFlags Grows = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const KeyAccess Updates = KeyAccess.ReadWrite | KeyAccess.Update;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("ZADD", -4, Grows, static (ref CommandContext context) => Add(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = "O(log(N)) for each member, where N is the number of members of the sorted set.",
            Summary = "Adds members to a sorted set, or gives members that are there another score.",
            Syntax = "key [NX | XX] [GT | LT] [CH] [INCR] score:double member [score:double member ...]",
            Keys = [KeySpec.At(1, Updates)],
        },
        new("ZINCRBY", 4, Grows, static (ref CommandContext context) => IncrBy(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = "O(log(N)) where N is the number of members of the sorted set.",
            Summary = "Adds to the score of a member; a missing member counts as 0.",
            Syntax = "key increment:double member",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
            SpreadsOver = SpreadKinds.Scores,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadCollections.AddToScore(ref context, spread, here),
        },
        new("ZREM", -3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Remove(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "1.2.0",
            Complexity = "O(M*log(N)) for M members to remove of N in the sorted set.",
            Summary = "Removes members from a sorted set; an empty one is removed with its key.",
            Syntax = "key member [member ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
    ];

    private static void Add(ref CommandContext context)
    {
        AddOptions options = AddOptions.Parse(ref context, 2);
        int arguments = context.ArgCount - options.End;
        if (arguments == 0 || arguments % 2 != 0)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (!options.Check(ref context, arguments / 2)) return;
        // All scores are read before the first one is used.
        double score = 0;
        for (int index = options.End; index < context.ArgCount; index += 2)
        {
            if (!TryReadScore(ref context, index, out score)) return;
        }
        Run(ref context, options, score, arguments / 2);
    }

    private static void IncrBy(ref CommandContext context)
    {
        AddOptions options = new() { Increments = true, End = 2 };
        if (TryReadScore(ref context, 2, out double increment)) Run(ref context, options, increment, 1);
    }

    private static void Run(ref CommandContext context, in AddOptions options, double lastScore, int pairs)
    {
        if (!MemberAdder.TryBegin(ref context, options, pairs, out MemberAdder adder)) return;
        if (options.Increments)
        {
            double sum = lastScore;
            AddOutcome outcome = adder.Add(context.Arg(options.End + 1), ref sum);
            adder.End(KeyEvent.ZIncr);
            ReplySum(ref context, outcome, sum);
            return;
        }
        double score = lastScore;
        for (int index = options.End; index < context.ArgCount; index += 2)
        {
            if (pairs > 1) _ = Numbers.TryParseDouble(context.Arg(index), out score);
            adder.Add(context.Arg(index + 1), ref score);
        }
        adder.End(KeyEvent.ZAdd);
        context.Reply.Integer(options.CountsChanged ? adder.Added + adder.Updated : adder.Added);
    }

    private static void ReplySum(ref CommandContext context, AddOutcome outcome, double sum)
    {
        switch (outcome)
        {
            case AddOutcome.NotANumber: context.Reply.Error(Errors.ScoreNotANumber); break;
            case AddOutcome.Refused: context.Reply.Null(); break;
            default: context.Reply.Double(sum); break;
        }
    }

    private static void Remove(ref CommandContext context)
    {
        Key key = context.Key(1);
        Lookup lookup = SortedSetValue.Write(key, out SortedSetValue value);
        if (lookup != Lookup.Found)
        {
            if (lookup == Lookup.Missing) context.Reply.Integer(0);
            else context.Reply.Error(Errors.WrongType);
            return;
        }
        int removed = 0;
        bool isEmpty = false;
        for (int index = 2; index < context.ArgCount && !isEmpty; index++)
        {
            FoundMember found = value.Find(context.Arg(index));
            if (!found.Exists) continue;
            removed++;
            // The last one goes with its key.
            isEmpty = value.Count == 1;
            if (isEmpty) value.RemoveKey();
            else value.Remove(found);
        }
        if (removed > 0) key.Home.Modified(key, KeyEvent.ZRem);
        if (isEmpty) key.Home.Notify(key, KeyEvent.Del);
        context.Reply.Integer(removed);
    }

    private static bool TryReadScore(ref CommandContext context, int index, out double score)
    {
        if (Numbers.TryParseDouble(context.Arg(index), out score)) return true;
        context.Reply.Error(Errors.NotAFloat);
        return false;
    }
}
