using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Hashes;

/// <summary>HRANDFIELD. Fields whose deadline has passed are not drawn, removed already or not.</summary>
public static class HashRandomCommand
{
    /// <summary>The declaration.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("HRANDFIELD", -2, CommandFlags.ReadOnly, static (ref CommandContext context) => Run(ref context))
        {
            Group = CommandGroup.Hash, Since = "6.2.0", Complexity = "O(1) for each field.",
            Summary = "Returns one or more random fields of a hash; a negative count allows repetition.",
            Syntax = "key [count:integer [WITHVALUES]]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Tips = ["nondeterministic_output"],
        },
    ];

    // From this share of a hash on, those that are left out are chosen instead.
    private const int LargeShare = 3;
    private const int Draws = 64;

    private static void Run(ref CommandContext context)
    {
        if (context.ArgCount > 2)
        {
            RunMany(ref context);
            return;
        }
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        if (hash.IsNull || !TryReplyOne(context.Reply, hash, withValues: false)) context.Reply.Null();
    }

    private static void RunMany(ref CommandContext context)
    {
        bool withValues = context.ArgCount == 4 && context.ArgIs(3, "WITHVALUES"u8);
        if (!RandomCount.TryReadNumber(ref context, 2, out _)) return;
        if (context.ArgCount > 4 || (context.ArgCount == 4 && !withValues))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (!RandomCount.TryRead(ref context, 2, withValues, out RandomCount wanted)) return;
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        if (hash.IsNull || wanted.Count == 0)
        {
            context.Reply.Array(0);
            return;
        }
        long live = hash.MayHavePassed ? CountLive(hash) : hash.Count;
        if (live == 0)
        {
            context.Reply.Array(0);
            return;
        }
        long count = wanted.MayRepeat ? wanted.Count : Math.Min(wanted.Count, live);
        bool isFlat = withValues && context.Reply.Version == RespVersion.Resp2;
        context.Reply.Array((int)(isFlat ? count * 2 : count));
        if (wanted.MayRepeat)
        {
            for (long index = 0; index < count && !context.IsReplyInVain; index++)
                TryReplyOne(context.Reply, hash, withValues);
        }
        else if (!hash.IsTable || live < hash.Count || count > live / LargeShare)
        {
            Select(context.Reply, hash, live, count, withValues);
        }
        else
        {
            Draw(context.Reply, hash, count, withValues);
        }
    }

    private static long CountLive(in HashValue hash)
    {
        long live = 0;
        HashWalk walk = hash.Walk();
        while (walk.MoveNextLive(hash.Home.Owner.NowMillis)) live++;
        return live;
    }

    /// <summary>One field that has not passed, all equally likely; false if there is none.</summary>
    private static bool TryReplyOne(in ReplyWriter reply, in HashValue hash, bool withValues)
    {
        ref ulong random = ref hash.Home.Owner.RandomState;
        for (int draw = 0; hash.IsTable && draw < Draws; draw++)
        {
            hash.Table.TrySample(ref random, out FieldEntry entry);
            if (new HashField(entry).IsPassed(hash.Home.Owner.NowMillis)) continue;
            Write(reply, entry.FieldElement, entry.ValueElement, withValues);
            return true;
        }
        // A pack, or a table in which nearly everything has passed.
        long live = hash.MayHavePassed ? CountLive(hash) : hash.Count;
        if (live == 0) return false;
        long rank = SplitMix.Below(ref random, live);
        HashWalk walk = hash.Walk();
        while (walk.MoveNextLive(hash.Home.Owner.NowMillis))
        {
            if (rank-- > 0) continue;
            Write(reply, walk.Field, walk.Value, withValues);
            break;
        }
        return true;
    }

    // Each field in turn is taken with the chance that leaves all choices equally likely.
    private static void Select(in ReplyWriter reply, in HashValue hash, long live, long count, bool withValues)
    {
        ref ulong random = ref hash.Home.Owner.RandomState;
        HashWalk walk = hash.Walk();
        while (count > 0 && walk.MoveNextLive(hash.Home.Owner.NowMillis))
        {
            if (SplitMix.Below(ref random, live--) >= count) continue;
            Write(reply, walk.Field, walk.Value, withValues);
            count--;
        }
    }

    // Few of many: drawn one by one, and those that come again are drawn anew.
    private static void Draw(in ReplyWriter reply, in HashValue hash, long count, bool withValues)
    {
        DetachedTable drawn = new(hash.Home.Owner.Heap);
        while (count > 0)
        {
            hash.Table.TrySample(ref hash.Home.Owner.RandomState, out FieldEntry entry);
            if (!drawn.Table.TryAdd(entry.Field)) continue;
            Write(reply, entry.FieldElement, entry.ValueElement, withValues);
            count--;
        }
        drawn.Dispose();
    }

    // RESP3 has an array for each pair.
    private static void Write(in ReplyWriter reply, PackElement field, PackElement value, bool withValues)
    {
        if (withValues && reply.Version == RespVersion.Resp3) reply.Array(2);
        reply.Element(field);
        if (withValues) reply.Element(value);
    }
}
