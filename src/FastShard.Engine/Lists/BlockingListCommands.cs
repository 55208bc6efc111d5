using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Lists;

/// <summary>Commands that wait until a list has something for them.</summary>
public static class BlockingListCommands
{
    private const KeyAccess Popped = KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete;
    private const CommandFlags Pops = CommandFlags.Write | CommandFlags.Blocking;

    private static readonly KeySpec[] SourceAndTarget =
    [
        KeySpec.At(1, Popped),
        KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Insert),
    ];

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("BLPOP", -3, Pops, static (ref CommandContext context) => Pop(ref context, atHead: true))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.List,
            Since = "2.0.0",
            Complexity = "O(N) where N is the number of keys.",
            Summary = "Removes the first element of the first of several lists that exists, or waits for one.",
            Syntax = "key [key ...] timeout:double",
            Keys = [KeySpec.Range(1, -2, 1, Popped)],
        },
        new("BRPOP", -3, Pops, static (ref CommandContext context) => Pop(ref context, atHead: false))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.List,
            Since = "2.0.0",
            Complexity = "O(N) where N is the number of keys.",
            Summary = "Removes the last element of the first of several lists that exists, or waits for one.",
            Syntax = "key [key ...] timeout:double",
            Keys = [KeySpec.Range(1, -2, 1, Popped)],
        },
        new("BLMPOP", -5, Pops, static (ref CommandContext context) => PopMany(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.List,
            Since = "7.0.0",
            Complexity = "O(N+M) where N is the number of keys and M the number of elements removed.",
            Summary = "Removes elements from an end of the first of several lists that exists, or waits for one.",
            Syntax = "timeout:double numkeys:integer key [key ...] (LEFT | RIGHT) [COUNT count:integer]",
            Keys = [KeySpec.Counted(2, Popped)],
        },
        new("BLMOVE", 6, Pops | CommandFlags.DenyOom, static (ref CommandContext context) => Move(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.List,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Moves an element from an end of a list to an end of another and returns it, or waits for one.",
            Syntax = "source destination (LEFT | RIGHT) (LEFT | RIGHT) timeout:double",
            Keys = SourceAndTarget,
        },
        new("BLMOVEM", -6, Pops | CommandFlags.DenyOom, static (ref CommandContext context) => MoveMany(ref context))
        {
            Group = CommandGroup.List,
            Since = "8.10.0",
            Complexity = "O(N) where N is the number of elements moved.",
            Summary = "Moves elements from an end of a list to an end of another and returns them, or waits for them.",
            Syntax = "source destination (LEFT | RIGHT) (LEFT | RIGHT) timeout:double"
                + " [(COUNT count:integer | EXACTLY exactly:integer) (OBO | BULK)]",
            Keys = SourceAndTarget,
        },
        new("BRPOPLPUSH", 4, Pops | CommandFlags.DenyOom,
            static (ref CommandContext context) => Move(ref context, fromHead: false, toHead: true, timeoutIndex: 3))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.List,
            Since = "2.2.0",
            Complexity = "O(1)",
            Summary = "Moves the last element of a list in front of another and returns it, or waits for one.",
            Syntax = "source destination timeout:double",
            Keys = SourceAndTarget,
        },
    ];

    // In both the first key that exists decides, be it of another type.
    private static void Pop(ref CommandContext context, bool atHead)
    {
        int keys = context.ArgCount - 2;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        if (!BlockTimeout.TryReadSeconds(ref context, keys + 1, out long deadlineMillis)) return;
        for (int index = 1; index <= keys; index++)
        {
            if (!context.CanReach(index)) continue;
            Key key = context.Key(index);
            switch (ListValue.Write(context, key, out ListValue list))
            {
                case Lookup.WrongType:
                    context.Reply.Error(Errors.WrongType);
                    return;
                case Lookup.Found:
                    context.Reply.Array(2);
                    context.Reply.Bulk(key.Bytes);
                    ListValue.Reply(context.Reply, list.Peek(atHead, scratch));
                    PushPopCommands.Remove(key, ref list, 1, atHead);
                    key.Home.Rewrite()?.Write(atHead ? "LPOP"u8 : "RPOP"u8, key.Bytes);
                    return;
            }
        }
        if (!context.TryPark(BlockKind.List, deadlineMillis, 1, keys)) context.Reply.NullArray();
    }

    private static void PopMany(ref CommandContext context)
    {
        if (!ListPopOptions.TryParse(ref context, 2, out ListPopOptions options)) return;
        if (!BlockTimeout.TryReadSeconds(ref context, 1, out long deadlineMillis)) return;
        for (int index = options.FirstKey; index < options.FirstKey + options.Keys; index++)
        {
            if (!context.CanReach(index)) continue;
            Key key = context.Key(index);
            switch (ListValue.Write(context, key, out ListValue list))
            {
                case Lookup.WrongType:
                    context.Reply.Error(Errors.WrongType);
                    return;
                case Lookup.Found:
                    context.Reply.Array(2);
                    context.Reply.Bulk(key.Bytes);
                    PushPopCommands.ReplyAndRemove(ref context, key, ref list, options.Count, options.AtHead);
                    return;
            }
        }
        if (!context.TryPark(BlockKind.List, deadlineMillis, options.FirstKey, options.Keys))
            context.Reply.NullArray();
    }

    private static void Move(ref CommandContext context)
    {
        if (!PushPopCommands.TryReadEnd(ref context, 3, out bool fromHead)) return;
        if (!PushPopCommands.TryReadEnd(ref context, 4, out bool toHead)) return;
        Move(ref context, fromHead, toHead, timeoutIndex: 5);
    }

    private static void Move(ref CommandContext context, bool fromHead, bool toHead, int timeoutIndex)
    {
        if (!BlockTimeout.TryReadSeconds(ref context, timeoutIndex, out long deadlineMillis)) return;
        Key source = context.Key(1);
        bool isMissing = !source.Home.TryPeek(source, out _);
        if (isMissing && context.TryPark(BlockKind.List, deadlineMillis, 1, 1)) return;
        ListMoveCommands.MoveOne(ref context, fromHead, toHead);
    }

    // Asked for an exact number it waits beside a list that is too short, and whoever asks for less is served first.
    private static void MoveMany(ref CommandContext context)
    {
        if (!PushPopCommands.TryReadEnd(ref context, 3, out bool fromHead)) return;
        if (!PushPopCommands.TryReadEnd(ref context, 4, out bool toHead)) return;
        if (!BlockTimeout.TryReadSeconds(ref context, 5, out long deadlineMillis)) return;
        if (!ListMoveOptions.TryParse(ref context, 6, fromHead, toHead, out ListMoveOptions options)) return;
        Lookup lookup = ListValue.Write(context, context.Key(1), out ListValue list);
        bool isTooShort = lookup == Lookup.Found && options.IsExact && list.Count < options.Count;
        bool mustWait = isTooShort || lookup == Lookup.Missing;
        if (mustWait && context.TryPark(BlockKind.List, deadlineMillis, 1, 1)) return;
        ListMoveManyCommand.MoveMany(ref context, options);
    }
}
