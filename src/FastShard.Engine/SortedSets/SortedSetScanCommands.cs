using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Text;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>Commands that return members in no particular order: ZSCAN, ZRANDMEMBER.</summary>
public static class SortedSetScanCommands
{
    private const int DefaultCount = 10;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("ZSCAN", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Scan(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "2.8.0",
            Complexity = "O(1) for every call, O(N) for a complete walk.",
            Summary = "Lists members and scores a few at a time; a complete walk returns every member that was there "
                + "all the time.",
            Syntax = "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [NOSCORES]",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("ZRANDMEMBER", -2, CommandFlags.ReadOnly, static (ref CommandContext context) => Random(ref context))
        {
            Group = CommandGroup.SortedSet,
            Since = "6.2.0",
            Complexity = "O(N*log(M)) for N members returned of M.",
            Summary = "Returns random members.",
            Syntax = "key [count:integer [WITHSCORES]]",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Scan(ref CommandContext context)
    {
        if (!ScanNumber.TryParse(context.Arg(2), out ulong cursor))
        {
            context.Reply.Error(Errors.InvalidCursor);
            return;
        }
        switch (SortedSetValue.Read(context.Key(1), out SortedSetValue value))
        {
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
            case Lookup.Missing:
                context.Reply.Array(2);
                context.Reply.BulkInteger(0);
                context.Reply.Array(0);
                return;
        }
        ReadOnlySpan<byte> pattern = "*"u8;
        long count = DefaultCount;
        bool withScores = true;
        for (int index = 3; index < context.ArgCount; index++)
        {
            bool hasValue = index + 1 < context.ArgCount;
            if (hasValue && context.ArgIs(index, "COUNT"u8))
            {
                if (!context.TryGetInteger(++index, out count)) return;
                if (count >= 1) continue;
            }
            else if (hasValue && context.ArgIs(index, "MATCH"u8))
            {
                pattern = context.Arg(++index);
                continue;
            }
            else if (context.ArgIs(index, "NOSCORES"u8))
            {
                withScores = false;
                continue;
            }
            context.Reply.Error(Errors.Syntax);
            return;
        }
        Scan(ref context.Reply, value, cursor, count, pattern, withScores);
    }

    private static void Scan(
        ref ReplyWriter reply, in SortedSetValue value, ulong cursor, long count, ReadOnlySpan<byte> pattern,
        bool withScores)
    {
        bool takesAll = GlobPattern.MatchesEverything(pattern);
        reply.Array(2);
        // The cursor stands first in the reply and is known last.
        ReplyMark beforeCursor = reply.Buffer.Mark();
        DeferredLength length = reply.DeferArray();
        int replied = 0;
        ulong next = 0;
        if (value.IsPacked)
        {
            Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
            SortedWalk walk = value.Walk(0, backwards: false, scratch);
            while (walk.MoveNext())
            {
                if (!takesAll && !GlobPattern.IsMatch(pattern, walk.Member)) continue;
                replied += ReplyPair(ref reply, walk.Member, walk.Score, withScores, isPacked: true);
            }
        }
        else
        {
            MemberScan scan = value.Set.Scan(cursor, count);
            while (scan.MoveNext())
            {
                if (!takesAll && !GlobPattern.IsMatch(pattern, scan.Member)) continue;
                replied += ReplyPair(ref reply, scan.Member, scan.Score, withScores, isPacked: false);
            }
            next = scan.Cursor;
        }
        reply.SetDeferred(length, replied);
        Span<byte> bulk = stackalloc byte[ScanNumber.BulkBytesMax];
        reply.Buffer.Insert(beforeCursor, ScanNumber.FormatBulk(next, bulk));
    }

    /// <summary>
    /// One member, and its score as a string in RESP3 too: with all 17 digits where Redis does not keep the text.
    /// </summary>
    private static int ReplyPair(
        ref ReplyWriter reply, scoped ReadOnlySpan<byte> member, double score, bool withScore, bool isPacked)
    {
        reply.Bulk(member);
        if (!withScore) return 1;
        Span<byte> text = stackalloc byte[Numbers.MaxDoubleBytes];
        reply.Bulk(isPacked
            ? ScoreText.Format(score, text)
            : text[..Numbers.FormatDouble17(score, text)]);
        return 2;
    }

    private static void Random(ref CommandContext context)
    {
        bool hasCount = context.ArgCount > 2;
        bool withScores = false;
        long count = 1;
        if (hasCount && !TryReadCount(ref context, out count, out withScores)) return;
        Key key = context.Key(1);
        switch (SortedSetValue.Read(key, out SortedSetValue value))
        {
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
            case Lookup.Missing:
                if (hasCount) context.Reply.Array(0);
                else context.Reply.Null();
                return;
        }
        ref ulong random = ref key.Home.Owner.RandomState;
        if (!hasCount) RandomMembers.ReplyOne(ref context.Reply, value, ref random);
        else if (count < 0) RandomMembers.ReplyAny(ref context, value, ref random, -count, withScores);
        else RandomMembers.ReplyDistinct(ref context.Reply, value, ref random, count, withScores);
    }

    private static bool TryReadCount(ref CommandContext context, out long count, out bool withScores)
    {
        withScores = context.ArgCount > 3;
        if (!RandomCount.TryReadNumber(ref context, 2, out count)) return false;
        if (withScores && (context.ArgCount > 4 || !context.ArgIs(3, "WITHSCORES"u8)))
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        // A reply has at most 2^31 elements here, of which a pair is two.
        if (count >= -int.MaxValue / 2 && (!withScores || count <= long.MaxValue / 2)) return true;
        context.Reply.Error("ERR value is out of range"u8);
        return false;
    }
}
