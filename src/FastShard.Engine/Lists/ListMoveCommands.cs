using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Lists;

/// <summary>Commands that take elements from one list and give them to another, or to the same.</summary>
public static class ListMoveCommands
{
    private const CommandFlags Moves = CommandFlags.Write | CommandFlags.DenyOom;

    private static readonly KeySpec[] SourceAndTarget =
    [
        KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete),
        KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Insert),
    ];

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("LMOVE", 5, Moves, static (ref CommandContext context) => Move(ref context))
        {
            Group = CommandGroup.List,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Removes an element from an end of a list, adds it at an end of another, and returns it.",
            Syntax = "source destination (LEFT | RIGHT) (LEFT | RIGHT)",
            Keys = SourceAndTarget,
        },
        new("RPOPLPUSH", 3, Moves, static (ref CommandContext context) => MoveOne(ref context, false, true))
        {
            Group = CommandGroup.List,
            Since = "1.2.0",
            Complexity = "O(1)",
            Summary = "Removes the last element of a list, adds it in front of another, and returns it.",
            Syntax = "source destination",
            Keys = SourceAndTarget,
        },
    ];

    /// <summary>Moves one element and replies it; null where there is none.</summary>
    internal static void MoveOne(ref CommandContext context, bool fromHead, bool toHead)
    {
        Key source = context.Key(1);
        Key target = context.Key(2);
        switch (ListValue.Write(context, source, out ListValue list))
        {
            case Lookup.Missing: context.Reply.Null(); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        Lookup lookup = ListValue.Write(context, target, out ListValue taker);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        PackElement element = list.Peek(fromHead, scratch);
        ListValue.Reply(context.Reply, element);
        Rewrite(source, target, fromHead, toHead, isOld: context.ArgCount == 4);
        if (source.Bytes.SequenceEqual(target.Bytes))
        {
            if (fromHead != toHead) Rotate(ref list, 1, fromHead);
            source.Home.Modified(source, toHead ? KeyEvent.LPush : KeyEvent.RPush);
            source.Home.Notify(source, fromHead ? KeyEvent.LPop : KeyEvent.RPop);
            return;
        }
        if (lookup == Lookup.Missing) taker = ListValue.Create(context, target);
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        taker.Push(element.Bytes(digits), toHead);
        target.Home.Modified(target, toHead ? KeyEvent.LPush : KeyEvent.RPush);
        list.Refresh(source);
        PushPopCommands.Remove(source, ref list, 1, fromHead);
    }

    /// <summary>Moves elements from one end of a list to the other, one by one.</summary>
    internal static void Rotate(ref ListValue list, long count, bool fromHead)
    {
        if (list.Count == 1) return;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        using ElementScratch copy = new();
        for (long index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> element = copy.Copy(list.Peek(fromHead, scratch));
            list.Drop(1, fromHead);
            list.Push(element, !fromHead);
        }
    }

    // The form that does not wait of BLMOVE and, with fewer arguments, of BRPOPLPUSH.
    private static void Rewrite(in Key source, in Key target, bool fromHead, bool toHead, bool isOld)
    {
        if (source.Home.Rewrite() is not { } effects) return;
        effects.Begin(isOld ? 3 : 5);
        effects.Add(isOld ? "RPOPLPUSH"u8 : "LMOVE"u8);
        effects.Add(source.Bytes);
        effects.Add(target.Bytes);
        if (isOld) return;
        effects.Add(fromHead ? "LEFT"u8 : "RIGHT"u8);
        effects.Add(toHead ? "LEFT"u8 : "RIGHT"u8);
    }

    private static void Move(ref CommandContext context)
    {
        if (!PushPopCommands.TryReadEnd(ref context, 3, out bool fromHead)) return;
        if (!PushPopCommands.TryReadEnd(ref context, 4, out bool toHead)) return;
        MoveOne(ref context, fromHead, toHead);
    }
}
