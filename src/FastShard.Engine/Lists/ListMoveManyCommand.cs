using System.Buffers;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Lists;

/// <summary>
/// LMOVEM: several elements from an end of one list to an end of another. In bulk they keep their order. One by one
/// they come to lie in reverse where both ends are of the same side.
/// </summary>
public static class ListMoveManyCommand
{
    /// <summary>The declaration.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("LMOVEM", -5, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Move(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.List,
            Since = "8.10.0",
            Complexity = "O(N) where N is the number of elements moved.",
            Summary = "Removes elements from an end of a list, adds them at an end of another, and returns them.",
            Syntax = "source destination (LEFT | RIGHT) (LEFT | RIGHT)"
                + " [(COUNT count:integer | EXACTLY exactly:integer) (OBO | BULK)]",
            Keys =
            [
                KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete),
                KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Insert),
            ],
        },
    ];

    /// <summary>Moves what the options say and replies it; a null array where there is not enough.</summary>
    internal static void MoveMany(ref CommandContext context, in ListMoveOptions options)
    {
        Key source = context.Key(1);
        Key target = context.Key(2);
        switch (ListValue.Write(context, source, out ListValue list))
        {
            case Lookup.Missing: context.Reply.NullArray(); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        Lookup lookup = ListValue.Write(context, target, out ListValue taker);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        if (options.IsExact && list.Count < options.Count)
        {
            context.Reply.NullArray();
            return;
        }
        long count = Math.Min(options.Count, list.Count);
        Reply(ref context, list, options, count);
        if (source.Bytes.SequenceEqual(target.Bytes))
        {
            MoveWithin(ref list, options, count);
            RewriteWithin(source, list, options, count);
            source.Home.Modified(source, options.ToHead ? KeyEvent.LPush : KeyEvent.RPush);
            source.Home.Notify(source, options.FromHead ? KeyEvent.LPop : KeyEvent.RPop);
            return;
        }
        if (lookup == Lookup.Missing) taker = ListValue.Create(context, target);
        Push(ref taker, list, target, options, count);
        target.Home.Rewrite()?.Write(options.FromHead ? "LPOP"u8 : "RPOP"u8, source.Bytes, count);
        target.Home.Modified(target, options.ToHead ? KeyEvent.LPush : KeyEvent.RPush);
        list.Refresh(source);
        PushPopCommands.Remove(source, ref list, count, options.FromHead);
    }

    private static void Move(ref CommandContext context)
    {
        if (!PushPopCommands.TryReadEnd(ref context, 3, out bool fromHead)) return;
        if (!PushPopCommands.TryReadEnd(ref context, 4, out bool toHead)) return;
        if (!ListMoveOptions.TryParse(ref context, 5, fromHead, toHead, out ListMoveOptions options)) return;
        MoveMany(ref context, options);
    }

    /// <summary>The elements as they will lie in the destination, from its head on.</summary>
    private static void Reply(
        ref CommandContext context, in ListValue list, in ListMoveOptions options, long count)
    {
        context.Reply.Array((int)count);
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = First(list, options, count, options.IsReversed, scratch);
        for (long index = 0; index < count; index++)
        {
            ListValue.Reply(context.Reply, walk.Element);
            walk.Move(options.IsReversed);
        }
    }

    private static void Push(
        ref ListValue taker, in ListValue list, in Key target, in ListMoveOptions options, long count)
    {
        // At the head the last of them goes in first.
        bool backwards = options.IsReversed != options.ToHead;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = First(list, options, count, backwards, scratch);
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        EffectJournal? effects = target.Home.Rewrite();
        effects?.Begin(2 + (int)count);
        effects?.Add(options.ToHead ? "LPUSH"u8 : "RPUSH"u8);
        effects?.Add(target.Bytes);
        for (long index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> element = walk.Element.Bytes(digits);
            taker.Push(element, options.ToHead);
            effects?.Add(element);
            walk.Move(backwards);
        }
    }

    /// <summary>The first or the last of the elements that are to be moved.</summary>
    private static ListWalk First(
        scoped in ListValue list, in ListMoveOptions options, long count, bool backwards, Span<byte> scratch)
    {
        if (options.FromHead) return list.Seek(backwards ? count - 1 : 0, scratch);
        return list.Seek(backwards ? -1 : -count, scratch);
    }

    private static void MoveWithin(ref ListValue list, in ListMoveOptions options, long count)
    {
        if (options.FromHead != options.ToHead)
        {
            if (count < list.Count) ListMoveCommands.Rotate(ref list, count, options.FromHead);
        }
        else if (options.IsReversed && count > 1)
        {
            Reverse(ref list, count, options.FromHead);
        }
    }

    /// <summary>After <see cref="MoveWithin"/>: what it did, in commands that older servers know.</summary>
    private static void RewriteWithin(
        in Key key, in ListValue list, in ListMoveOptions options, long count)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        if (options.FromHead != options.ToHead)
        {
            if (count == list.Count) return;
            for (long index = 0; index < count; index++)
            {
                effects.Begin(5);
                effects.Add("LMOVE"u8);
                effects.Add(key.Bytes);
                effects.Add(key.Bytes);
                effects.Add(options.FromHead ? "LEFT"u8 : "RIGHT"u8);
                effects.Add(options.ToHead ? "LEFT"u8 : "RIGHT"u8);
            }
            return;
        }
        if (!options.IsReversed) return;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        ListWalk walk = list.Seek(options.FromHead ? 0 : -count, scratch);
        for (long index = 0; index < count; index++)
        {
            effects.Begin(4);
            effects.Add("LSET"u8);
            effects.Add(key.Bytes);
            effects.Add(options.FromHead ? index : index - count);
            effects.Add(walk.Element.Bytes(digits));
            walk.Move(backwards: false);
        }
    }

    /// <summary>Puts the elements at an end in reverse order, through a copy of them.</summary>
    private static void Reverse(ref ListValue list, long count, bool atHead)
    {
        ArrayBufferWriter<byte> copies = new();
        int[] lengths = ArrayPool<int>.Shared.Rent((int)count);
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = list.Seek(atHead ? 0 : -1, scratch);
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> element = walk.Element.Bytes(digits);
            copies.Write(element);
            lengths[index] = element.Length;
            walk.Move(backwards: !atHead);
        }
        list.Drop(count, atHead);
        ReadOnlySpan<byte> rest = copies.WrittenSpan;
        for (int index = 0; index < count; index++)
        {
            list.Push(rest[..lengths[index]], atHead);
            rest = rest[lengths[index]..];
        }
        ArrayPool<int>.Shared.Return(lengths);
    }
}
