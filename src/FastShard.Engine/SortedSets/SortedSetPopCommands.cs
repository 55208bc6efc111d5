using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>Commands that take members away at either end: ZPOPMIN, ZPOPMAX, ZMPOP.</summary>
public static class SortedSetPopCommands
{
    private const KeyAccess Takes = KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("ZPOPMIN", -2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Pop(ref context, fromTop: false))
        {
            Group = CommandGroup.SortedSet,
            Since = "5.0.0",
            Complexity = "O(log(N)*M) for M members taken of N.",
            Summary = "Removes and returns the members with the lowest scores.",
            Syntax = "key [count:integer]",
            Keys = [KeySpec.At(1, Takes)],
        },
        new("ZPOPMAX", -2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Pop(ref context, fromTop: true))
        {
            Group = CommandGroup.SortedSet,
            Since = "5.0.0",
            Complexity = "O(log(N)*M) for M members taken of N.",
            Summary = "Removes and returns the members with the highest scores.",
            Syntax = "key [count:integer]",
            Keys = [KeySpec.At(1, Takes)],
        },
        new("ZMPOP", -4, CommandFlags.Write, static (ref CommandContext context) => PopFromFirst(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.SortedSet,
            Since = "7.0.0",
            Complexity = "O(K) + O(M*log(N)) for K keys, and M members taken of N.",
            Summary = "Removes and returns members at one end of the first sorted set that is not empty.",
            Syntax = "numkeys:integer key [key ...] (MIN | MAX) [COUNT count:integer]",
            Keys = [KeySpec.Counted(1, Takes)],
        },
    ];

    /// <summary>
    /// Takes up to so many members (at least one) from an end of a set and writes them: an array of the key and of the
    /// members in pairs with their scores. What BZMPOP does when it is served.
    /// </summary>
    internal static void PopWithKey(
        ref CommandContext context, scoped in Key key, scoped ref SortedSetValue value, bool fromTop, long count)
    {
        context.Reply.Array(2);
        context.Reply.Bulk(key.Bytes);
        count = Math.Min(count, value.Count);
        context.Reply.Array((int)count);
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(fromTop ? value.Count - 1 : 0, fromTop, scratch);
        for (long index = 0; index < count && walk.MoveNext(); index++)
        {
            context.Reply.Array(2);
            context.Reply.Bulk(walk.Member);
            context.Reply.Double(walk.Score);
        }
        Take(key, ref value, fromTop, count);
        key.Home.Rewrite()?.Write(fromTop ? "ZPOPMAX"u8 : "ZPOPMIN"u8, key.Bytes, count);
    }

    /// <summary>Removes members at an end; the key goes with the last one.</summary>
    internal static void Take(scoped in Key key, scoped ref SortedSetValue value, bool fromTop, long count)
    {
        bool isAll = count == value.Count;
        if (isAll) value.RemoveKey();
        else value.RemoveRange(fromTop ? value.Count - count : 0, count);
        key.Home.Modified(key, fromTop ? KeyEvent.ZPopMax : KeyEvent.ZPopMin);
        if (isAll) key.Home.Notify(key, KeyEvent.Del);
    }

    /// <summary>Reads MIN or MAX; on failure the reply is written.</summary>
    internal static bool TryReadEnd(ref CommandContext context, int index, out bool fromTop)
    {
        fromTop = context.ArgIs(index, "MAX"u8);
        if (fromTop || context.ArgIs(index, "MIN"u8)) return true;
        context.Reply.Error(Errors.Syntax);
        return false;
    }

    /// <summary>Reads what stands behind ZMPOP's keys; on failure the reply is written.</summary>
    internal static bool TryReadPop(
        ref CommandContext context, int countIndex, out int keys, out bool fromTop, out long count)
    {
        keys = 0;
        count = 1;
        fromTop = false;
        if (!TryReadPositive(ref context, countIndex, "ERR numkeys should be greater than 0"u8, out long number))
            return false;
        long where = countIndex + 1 + Math.Min(number, context.ArgCount);
        if (where >= context.ArgCount)
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        keys = (int)number;
        if (!TryReadEnd(ref context, (int)where, out fromTop)) return false;
        if (where + 1 == context.ArgCount) return true;
        if (where + 3 <= context.ArgCount && context.ArgIs((int)where + 1, "COUNT"u8))
        {
            if (!TryReadPositive(ref context, (int)where + 2, "ERR count should be greater than 0"u8, out count))
                return false;
            if (where + 3 == context.ArgCount) return true;
        }
        context.Reply.Error(Errors.Syntax);
        return false;
    }

    private static bool TryReadPositive(
        ref CommandContext context, int index, ReadOnlySpan<byte> error, out long value)
    {
        if (Numbers.TryParseInt64(context.Arg(index), out value) && value > 0) return true;
        context.Reply.Error(error);
        return false;
    }

    private static void Pop(ref CommandContext context, bool fromTop)
    {
        long count = 1;
        bool hasCount = context.ArgCount == 3;
        if (context.ArgCount > 3)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (hasCount && !(Numbers.TryParseInt64(context.Arg(2), out count) && count >= 0))
        {
            context.Reply.Error(Errors.NotPositive);
            return;
        }
        Key key = context.Key(1);
        Lookup lookup = SortedSetValue.Write(key, out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        if (lookup == Lookup.Missing || count == 0)
        {
            context.Reply.Array(0);
            return;
        }
        count = Math.Min(count, value.Count);
        long first = fromTop ? value.Count - 1 : 0;
        if (hasCount) ScoreReply.Range(ref context.Reply, value, first, count, fromTop, withScores: true);
        else ReplyOne(ref context, value, first);
        Take(key, ref value, fromTop, count);
    }

    /// <summary>Without a count the reply is flat in RESP3 too.</summary>
    private static void ReplyOne(ref CommandContext context, in SortedSetValue value, long rank)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(rank, backwards: false, scratch);
        walk.MoveNext();
        context.Reply.Array(2);
        context.Reply.Bulk(walk.Member);
        context.Reply.Double(walk.Score);
    }

    private static void PopFromFirst(ref CommandContext context)
    {
        if (!TryReadPop(ref context, 1, out int keys, out bool fromTop, out long count)) return;
        for (int index = 2; index < keys + 2; index++)
        {
            Key key = context.Key(index);
            switch (SortedSetValue.Write(key, out SortedSetValue value))
            {
                case Lookup.Missing: continue;
                case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
            }
            PopWithKey(ref context, key, ref value, fromTop, count);
            return;
        }
        context.Reply.NullArray();
    }
}
