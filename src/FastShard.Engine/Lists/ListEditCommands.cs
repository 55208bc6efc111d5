using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Lists;

/// <summary>Commands that change a list elsewhere than at its ends.</summary>
public static class ListEditCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("LSET", 4, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Set(ref context))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(N) where N is the number of chunks of 253 nodes between the element and the nearer end.",
            Summary = "Sets the element at an index of a list.",
            Syntax = "key index:integer element",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("LINSERT", 5, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Insert(ref context))
        {
            Group = CommandGroup.List,
            Since = "2.2.0",
            Complexity = "O(N) where N is the number of elements before the pivot.",
            Summary = "Inserts an element before or behind the first that equals another.",
            Syntax = "key (BEFORE | AFTER) pivot element",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("LREM", 4, CommandFlags.Write, static (ref CommandContext context) => RemoveEqual(ref context))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(N+M) where N is the length of the list and M the number of elements removed.",
            Summary = "Removes elements that equal another from a list: the first, the last, or all of them.",
            Syntax = "key count:integer element",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
        new("LTRIM", 4, CommandFlags.Write, static (ref CommandContext context) => Trim(ref context))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(N) where N is the number of nodes removed.",
            Summary = "Removes all elements of a list but those between two indexes.",
            Syntax = "key start:integer stop:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
    ];

    private static void Set(ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (ListValue.Write(context, key, out scoped ListValue list))
        {
            case Lookup.Missing: context.Reply.Error(Errors.NoSuchKey); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        if (!context.TryGetInteger(2, out long index)) return;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        if (list.Seek(index, scratch).IsEnd)
        {
            context.Reply.Error(Errors.OutOfRange);
            return;
        }
        ReadOnlySpan<byte> element = context.Arg(3);
        list.PrepareFor(element.Length, 1);
        ListWalk walk = list.Seek(index, scratch);
        list.Replace(ref walk, element);
        key.Home.Modified(key, KeyEvent.LSet);
        list.Settle(key);
        context.Reply.Ok();
    }

    private static void Insert(ref CommandContext context)
    {
        bool before = context.ArgIs(2, "BEFORE"u8);
        if (!before && !context.ArgIs(2, "AFTER"u8))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        Key key = context.Key(1);
        switch (ListValue.Write(context, key, out scoped ListValue list))
        {
            case Lookup.Missing: context.Reply.Integer(0); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        ListPattern pivot = new(context.Arg(3));
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = list.Seek(0, scratch);
        long index = 0;
        for (; !walk.IsEnd && !pivot.Equals(walk.Element); index++) walk.Move(backwards: false);
        if (walk.IsEnd)
        {
            context.Reply.Integer(-1);
            return;
        }
        ReadOnlySpan<byte> element = context.Arg(4);
        if (list.PrepareFor(element.Length, 1)) walk = list.Seek(index, scratch);
        list.Insert(ref walk, element, before);
        key.Home.Modified(key, KeyEvent.LInsert);
        context.Reply.Integer(list.Count);
    }

    private static void RemoveEqual(ref CommandContext context)
    {
        if (!TryReadSigned(ref context, 2, out long count)) return;
        Key key = context.Key(1);
        switch (ListValue.Write(context, key, out scoped ListValue list))
        {
            case Lookup.Missing: context.Reply.Integer(0); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        ListPattern pattern = new(context.Arg(3));
        bool backwards = count < 0;
        long most = count == 0 ? long.MaxValue : Math.Abs(count);
        long removed = 0;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = list.Seek(backwards ? -1 : 0, scratch);
        while (!walk.IsEnd)
        {
            if (!pattern.Equals(walk.Element))
            {
                walk.Move(backwards);
                continue;
            }
            list.Remove(ref walk);
            if (++removed == most) break;
            // The walk is at what followed; on the way back the one before that is next.
            if (backwards && list.Count > 0) walk.Move(backwards: true);
        }
        if (removed > 0)
        {
            key.Home.Modified(key, KeyEvent.LRem);
            list.Settle(key);
        }
        context.Reply.Integer(removed);
    }

    private static void Trim(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long start) || !context.TryGetInteger(3, out long end)) return;
        Key key = context.Key(1);
        switch (ListValue.Write(context, key, out scoped ListValue list))
        {
            case Lookup.Missing: context.Reply.Ok(); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        long length = list.Count;
        ListRange kept = ListRange.Clip(start, end, length);
        if (kept.Count == length)
        {
            // Nothing changes, but listeners and watches hear of it, as with Redis.
            key.Home.Notify(key, KeyEvent.LTrim);
        }
        else
        {
            list.Drop(length - kept.Start - kept.Count, atHead: false);
            list.Drop(kept.Start, atHead: true);
            key.Home.Modified(key, KeyEvent.LTrim);
            list.Settle(key);
        }
        context.Reply.Ok();
    }

    /// <summary>An integer whose opposite is one too; on failure the reply is written already.</summary>
    internal static bool TryReadSigned(ref CommandContext context, int index, out long value)
    {
        if (!context.TryGetInteger(index, out value)) return false;
        if (value != long.MinValue) return true;
        context.Reply.Error(Errors.OutOfSignedRange);
        return false;
    }
}
