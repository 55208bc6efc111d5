using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.SortedSets;

/// <summary>Commands that wait until a sorted set has something for them: BZPOPMIN, BZPOPMAX, BZMPOP.</summary>
public static class BlockingSortedSetCommands
{
    private const KeyAccess Takes = KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete;
    private const CommandFlags Pops = CommandFlags.Write | CommandFlags.Blocking;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("BZPOPMIN", -3, Pops | CommandFlags.Fast,
            static (ref CommandContext context) => Pop(ref context, fromTop: false))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.SortedSet,
            Since = "5.0.0",
            Complexity = "O(log(N)) for N members.",
            Summary = "Removes and returns the member with the lowest score of a sorted set, or waits for one.",
            Syntax = "key [key ...] timeout:double",
            Keys = [KeySpec.Range(1, -2, 1, Takes)],
        },
        new("BZPOPMAX", -3, Pops | CommandFlags.Fast,
            static (ref CommandContext context) => Pop(ref context, fromTop: true))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.SortedSet,
            Since = "5.0.0",
            Complexity = "O(log(N)) for N members.",
            Summary = "Removes and returns the member with the highest score of a sorted set, or waits for one.",
            Syntax = "key [key ...] timeout:double",
            Keys = [KeySpec.Range(1, -2, 1, Takes)],
        },
        new("BZMPOP", -5, Pops, static (ref CommandContext context) => PopMany(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.SortedSet,
            Since = "7.0.0",
            Complexity = "O(K) + O(M*log(N)) for K keys, and M members taken of N.",
            Summary = "Removes and returns members at one end of the first sorted set, or waits for one.",
            Syntax = "timeout:double numkeys:integer key [key ...] (MIN | MAX) [COUNT count:integer]",
            Keys = [KeySpec.Counted(2, Takes)],
        },
    ];

    // In both the first key that exists decides, be it of another type.
    private static void Pop(ref CommandContext context, bool fromTop)
    {
        int keys = context.ArgCount - 2;
        if (!BlockTimeout.TryReadSeconds(ref context, keys + 1, out long deadlineMillis)) return;
        for (int index = 1; index <= keys; index++)
        {
            if (!context.CanReach(index)) continue;
            Key key = context.Key(index);
            switch (SortedSetValue.Write(key, out SortedSetValue value))
            {
                case Lookup.WrongType:
                    context.Reply.Error(Errors.WrongType);
                    return;
                case Lookup.Found:
                    ReplyOne(ref context, key, value, fromTop);
                    SortedSetPopCommands.Take(key, ref value, fromTop, 1);
                    key.Home.Rewrite()?.Write(fromTop ? "ZPOPMAX"u8 : "ZPOPMIN"u8, key.Bytes);
                    return;
            }
        }
        if (!context.TryPark(BlockKind.SortedSet, deadlineMillis, 1, keys)) context.Reply.NullArray();
    }

    private static void ReplyOne(
        ref CommandContext context, scoped in Key key, scoped in SortedSetValue value, bool fromTop)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(fromTop ? value.Count - 1 : 0, backwards: false, scratch);
        walk.MoveNext();
        context.Reply.Array(3);
        context.Reply.Bulk(key.Bytes);
        context.Reply.Bulk(walk.Member);
        context.Reply.Double(walk.Score);
    }

    private static void PopMany(ref CommandContext context)
    {
        if (!SortedSetPopCommands.TryReadPop(ref context, 2, out int keys, out bool fromTop, out long count)) return;
        if (!BlockTimeout.TryReadSeconds(ref context, 1, out long deadlineMillis)) return;
        for (int index = 3; index < keys + 3; index++)
        {
            if (!context.CanReach(index)) continue;
            Key key = context.Key(index);
            switch (SortedSetValue.Write(key, out SortedSetValue value))
            {
                case Lookup.WrongType:
                    context.Reply.Error(Errors.WrongType);
                    return;
                case Lookup.Found:
                    SortedSetPopCommands.PopWithKey(ref context, key, ref value, fromTop, count);
                    return;
            }
        }
        if (!context.TryPark(BlockKind.SortedSet, deadlineMillis, 3, keys)) context.Reply.NullArray();
    }
}
