using System.Buffers;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>ZUNION, ZINTER, ZDIFF, the forms that store, and ZINTERCARD.</summary>
public static class SortedSetCombineCommands
{
    private const KeyAccess Reads = KeyAccess.ReadOnly | KeyAccess.Access;
    private const CommandFlags Stores = CommandFlags.Write | CommandFlags.DenyOom;
    private const string Weighted =
        " [WEIGHTS weight:double [weight:double ...]] [AGGREGATE (SUM | MIN | MAX | COUNT)]";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("ZUNION", -3, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Read(ref context, SetOperation.Union))
        {
            Group = CommandGroup.SortedSet,
            Since = "6.2.0",
            Complexity = "O(N)+O(M*log(M)) for N members of all sets together and M of the result.",
            Summary = "Returns the union of several sets.",
            Syntax = "numkeys:integer key [key ...]" + Weighted + " [WITHSCORES]",
            Keys = [KeySpec.Counted(1, Reads)],
        },
        new("ZINTER", -3, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Read(ref context, SetOperation.Inter))
        {
            Group = CommandGroup.SortedSet,
            Since = "6.2.0",
            Complexity = "O(N*K)+O(M*log(M)) for N members of the smallest of K sets and M of the result.",
            Summary = "Returns the intersection of several sets.",
            Syntax = "numkeys:integer key [key ...]" + Weighted + " [WITHSCORES]",
            Keys = [KeySpec.Counted(1, Reads)],
        },
        new("ZDIFF", -3, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Read(ref context, SetOperation.Diff))
        {
            Group = CommandGroup.SortedSet,
            Since = "6.2.0",
            Complexity = "O(N*K) for N members of the first of K sets.",
            Summary = "Returns the members of the first set that are in none of the others.",
            Syntax = "numkeys:integer key [key ...] [WITHSCORES]",
            Keys = [KeySpec.Counted(1, Reads)],
        },
        new("ZUNIONSTORE", -4, Stores,
            static (ref CommandContext context) => Store(ref context, SetOperation.Union, KeyEvent.ZUnionStore))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.0.0",
            Complexity = "O(N)+O(M*log(M)) for N members of all sets together and M of the result.",
            Summary = "Stores the union of several sets.",
            Syntax = "destination numkeys:integer key [key ...]" + Weighted,
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update), KeySpec.Counted(2, Reads)],
        },
        new("ZINTERSTORE", -4, Stores,
            static (ref CommandContext context) => Store(ref context, SetOperation.Inter, KeyEvent.ZInterStore))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.0.0",
            Complexity = "O(N*K)+O(M*log(M)) for N members of the smallest of K sets and M of the result.",
            Summary = "Stores the intersection of several sets.",
            Syntax = "destination numkeys:integer key [key ...]" + Weighted,
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update), KeySpec.Counted(2, Reads)],
        },
        new("ZDIFFSTORE", -4, Stores,
            static (ref CommandContext context) => Store(ref context, SetOperation.Diff, KeyEvent.ZDiffStore))
        {
            Group = CommandGroup.SortedSet,
            Since = "6.2.0",
            Complexity = "O(N*K) for N members of the first of K sets.",
            Summary = "Stores the members of the first set that are in none of the others.",
            Syntax = "destination numkeys:integer key [key ...]",
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update), KeySpec.Counted(2, Reads)],
        },
        new("ZINTERCARD", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Count(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "7.0.0",
            Complexity = "O(N*K) for N members of the smallest of K sets.",
            Summary = "Returns the number of members of the intersection of several sets.",
            Syntax = "numkeys:integer key [key ...] [LIMIT limit:integer]",
            Keys = [KeySpec.Counted(1, Reads)],
        },
    ];

    private static void Read(ref CommandContext context, SetOperation operation)
    {
        if (!TryReadKeyCount(ref context, 1, out int keys)) return;
        MemberSource[] rented = ArrayPool<MemberSource>.Shared.Rent(keys);
        Span<MemberSource> sources = rented.AsSpan(0, keys);
        CombineRules rules = new(operation != SetOperation.Diff, RepliesMembers: true, OnlyCounts: false);
        if (TryBegin(ref context, 2, sources, rules, operation, out CombineOptions options))
        {
            using MemberList result = Run(sources, operation, options);
            ScoreReply.Head(ref context.Reply, result.Count, options.WithScores);
            for (int index = 0; index < result.Count; index++)
                ScoreReply.Item(ref context.Reply, result.Member(index), result.Score(index), options.WithScores);
        }
        ArrayPool<MemberSource>.Shared.Return(rented, clearArray: true);
    }

    private static void Store(ref CommandContext context, SetOperation operation, KeyEvent change)
    {
        if (!TryReadKeyCount(ref context, 2, out int keys)) return;
        MemberSource[] rented = ArrayPool<MemberSource>.Shared.Rent(keys);
        Span<MemberSource> sources = rented.AsSpan(0, keys);
        CombineRules rules = new(operation != SetOperation.Diff, RepliesMembers: false, OnlyCounts: false);
        if (TryBegin(ref context, 3, sources, rules, operation, out CombineOptions options))
        {
            using MemberList result = Run(sources, operation, options);
            SortedSetStore.Replace(ref context, 1, result, change);
            context.Reply.Integer(result.Count);
        }
        ArrayPool<MemberSource>.Shared.Return(rented, clearArray: true);
    }

    private static void Count(ref CommandContext context)
    {
        if (!TryReadKeyCount(ref context, 1, out int keys)) return;
        MemberSource[] rented = ArrayPool<MemberSource>.Shared.Rent(keys);
        Span<MemberSource> sources = rented.AsSpan(0, keys);
        CombineRules rules = new(TakesScores: false, RepliesMembers: false, OnlyCounts: true);
        if (TryBegin(ref context, 2, sources, rules, SetOperation.Inter, out CombineOptions options))
            context.Reply.Integer(SetCombiner.Intersect(sources, options.Aggregate, options.Limit, null));
        ArrayPool<MemberSource>.Shared.Return(rented, clearArray: true);
    }

    private static MemberList Run(ReadOnlySpan<MemberSource> sources, SetOperation operation, in CombineOptions options)
    {
        MemberList result = new();
        switch (operation)
        {
            case SetOperation.Union: SetCombiner.Unite(sources, options.Aggregate, result); break;
            case SetOperation.Inter: SetCombiner.Intersect(sources, options.Aggregate, 0, result); break;
            default: SetCombiner.Subtract(sources, result); break;
        }
        result.Sort();
        return result;
    }

    /// <summary>Reads the number of keys and checks that they are there; on failure the reply is written.</summary>
    private static bool TryReadKeyCount(ref CommandContext context, int index, out int keys)
    {
        keys = 0;
        if (!context.TryGetInteger(index, out long count)) return false;
        if (count < 1)
        {
            context.Reply.Error($"ERR at least 1 input key is needed for '{context.Spec.FullName}' command");
            return false;
        }
        if (count > context.ArgCount - (index + 1))
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        keys = (int)count;
        return true;
    }

    /// <summary>Finds the sources, reads the options and puts the sources into the order of their sizes.</summary>
    private static bool TryBegin(
        ref CommandContext context, int firstKey, scoped Span<MemberSource> sources, CombineRules rules,
        SetOperation operation, out CombineOptions options)
    {
        options = default;
        for (int index = 0; index < sources.Length; index++)
        {
            if (!MemberSource.TryFind(context.Key(firstKey + index), out sources[index]))
            {
                context.Reply.Error(Errors.WrongType);
                return false;
            }
            sources[index].Number = index;
        }
        if (!CombineOptions.TryParse(ref context, firstKey + sources.Length, sources.Length, rules, out options))
            return false;
        for (int index = 0; options.Weights > 0 && index < sources.Length; index++)
            _ = Numbers.TryParseDouble(context.Arg(options.Weights + index), out sources[index].Weight);
        foreach (ref MemberSource source in sources) source.IgnoresScores = options.Aggregate == Aggregate.Count;
        if (operation != SetOperation.Diff) sources.Sort(default(BySize));
        return true;
    }

    // Small sources first; those of one size stay in their order, because sums of floats depend on it.
    private readonly struct BySize : IComparer<MemberSource>
    {
        public int Compare(MemberSource left, MemberSource right)
        {
            int order = left.Count.CompareTo(right.Count);
            return order != 0 ? order : left.Number.CompareTo(right.Number);
        }
    }
}
