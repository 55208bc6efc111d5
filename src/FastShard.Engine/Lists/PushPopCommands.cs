using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Lists;

/// <summary>Commands that add and remove at the ends of one list.</summary>
public static class PushPopCommands
{
    private const CommandFlags Adds = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const CommandFlags Removes = CommandFlags.Write | CommandFlags.Fast;
    private const KeyAccess Popped = KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("LPUSH", -3, Adds, static (ref CommandContext context) => Push(ref context, atHead: true, makes: true))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(1) for each element added.",
            Summary = "Adds elements in front of a list, one after the other; a missing key counts as an empty list.",
            Syntax = "key element [element ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("RPUSH", -3, Adds, static (ref CommandContext context) => Push(ref context, atHead: false, makes: true))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(1) for each element added.",
            Summary = "Adds elements behind a list, one after the other; a missing key counts as an empty list.",
            Syntax = "key element [element ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("LPUSHX", -3, Adds, static (ref CommandContext context) => Push(ref context, atHead: true, makes: false))
        {
            Group = CommandGroup.List,
            Since = "2.2.0",
            Complexity = "O(1) for each element added.",
            Summary = "Adds elements in front of a list that exists.",
            Syntax = "key element [element ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("RPUSHX", -3, Adds, static (ref CommandContext context) => Push(ref context, atHead: false, makes: false))
        {
            Group = CommandGroup.List,
            Since = "2.2.0",
            Complexity = "O(1) for each element added.",
            Summary = "Adds elements behind a list that exists.",
            Syntax = "key element [element ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("LPOP", -2, Removes, static (ref CommandContext context) => Pop(ref context, atHead: true))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(N) where N is the number of elements removed.",
            Summary = "Removes the first element of a list, or the first ones, and returns them.",
            Syntax = "key [count:integer]",
            Keys = [KeySpec.At(1, Popped)],
        },
        new("RPOP", -2, Removes, static (ref CommandContext context) => Pop(ref context, atHead: false))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(N) where N is the number of elements removed.",
            Summary = "Removes the last element of a list, or the last ones, and returns them, the very last first.",
            Syntax = "key [count:integer]",
            Keys = [KeySpec.At(1, Popped)],
        },
        new("LMPOP", -4, CommandFlags.Write, static (ref CommandContext context) => PopFirst(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.List,
            Since = "7.0.0",
            Complexity = "O(N+M) where N is the number of keys and M the number of elements removed.",
            Summary = "Removes elements from an end of the first of several lists that exists, and returns them.",
            Syntax = "numkeys:integer key [key ...] (LEFT | RIGHT) [COUNT count:integer]",
            Keys = [KeySpec.Counted(1, Popped)],
        },
    ];

    /// <summary>
    /// Replies so many elements from an end on as an array, removes them, and reports it; the list is void afterwards.
    /// </summary>
    internal static void ReplyAndRemove(
        ref CommandContext context, scoped in Key key, scoped ref ListValue list, long count, bool atHead)
    {
        long replied = Math.Min(count, list.Count);
        context.Reply.Array((int)replied);
        key.Home.Rewrite()?.Write(atHead ? "LPOP"u8 : "RPOP"u8, key.Bytes, replied);
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = list.Seek(atHead ? 0 : -1, scratch);
        for (long index = 0; index < replied; index++)
        {
            ListValue.Reply(context.Reply, walk.Element);
            walk.Move(backwards: !atHead);
        }
        Remove(key, ref list, replied, atHead);
    }

    /// <summary>Removes elements from an end on and reports it; the list is void afterwards.</summary>
    internal static void Remove(scoped in Key key, scoped ref ListValue list, long count, bool atHead)
    {
        list.Drop(count, atHead);
        key.Home.Modified(key, atHead ? KeyEvent.LPop : KeyEvent.RPop);
        list.Settle(key);
    }

    /// <summary>LEFT or RIGHT; on failure the reply is written already.</summary>
    internal static bool TryReadEnd(ref CommandContext context, int index, out bool isHead)
    {
        isHead = context.ArgIs(index, "LEFT"u8);
        if (isHead || context.ArgIs(index, "RIGHT"u8)) return true;
        context.Reply.Error(Errors.Syntax);
        return false;
    }

    private static void Push(ref CommandContext context, bool atHead, bool makes)
    {
        Key key = context.Key(1);
        switch (ListValue.Write(context, key, out ListValue list))
        {
            case Lookup.WrongType:
                context.Reply.Error(Errors.WrongType);
                return;
            case Lookup.Missing when !makes:
                context.Reply.Integer(0);
                return;
            case Lookup.Missing:
                list = ListValue.Create(context, key);
                break;
        }
        list.PushArguments(context, 2, atHead);
        context.Reply.Integer(list.Count);
        key.Home.Modified(key, atHead ? KeyEvent.LPush : KeyEvent.RPush);
    }

    private static void Pop(ref CommandContext context, bool atHead)
    {
        bool isCounted = context.ArgCount > 2;
        long count = 1;
        if (context.ArgCount > 3)
        {
            context.Reply.Error($"ERR wrong number of arguments for '{context.Spec.FullName}' command");
            return;
        }
        if (isCounted && (!Numbers.TryParseInt64(context.Arg(2), out count) || count < 0))
        {
            context.Reply.Error(Errors.NotPositive);
            return;
        }
        Key key = context.Key(1);
        switch (ListValue.Write(context, key, out ListValue list))
        {
            case Lookup.WrongType:
                context.Reply.Error(Errors.WrongType);
                return;
            case Lookup.Missing:
                if (isCounted) context.Reply.NullArray();
                else context.Reply.Null();
                return;
        }
        if (!isCounted)
        {
            Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
            ListValue.Reply(context.Reply, list.Peek(atHead, scratch));
            Remove(key, ref list, 1, atHead);
        }
        else if (count == 0)
        {
            context.Reply.Array(0);
        }
        else
        {
            ReplyAndRemove(ref context, key, ref list, count, atHead);
        }
    }

    private static void PopFirst(ref CommandContext context)
    {
        if (!ListPopOptions.TryParse(ref context, 1, out ListPopOptions options)) return;
        for (int index = options.FirstKey; index < options.FirstKey + options.Keys; index++)
        {
            Key key = context.Key(index);
            switch (ListValue.Write(context, key, out ListValue list))
            {
                case Lookup.WrongType:
                    context.Reply.Error(Errors.WrongType);
                    return;
                case Lookup.Found:
                    context.Reply.Array(2);
                    context.Reply.Bulk(key.Bytes);
                    ReplyAndRemove(ref context, key, ref list, options.Count, options.AtHead);
                    return;
            }
        }
        context.Reply.NullArray();
    }
}
