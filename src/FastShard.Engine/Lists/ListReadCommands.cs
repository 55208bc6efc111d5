using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Lists;

/// <summary>Commands that read one list.</summary>
public static class ListReadCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("LLEN", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Length(ref context))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Returns the number of elements of a list.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
        },
        new("LRANGE", 4, CommandFlags.ReadOnly, static (ref CommandContext context) => Range(ref context))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(S+N) where S is the number of chunks of nodes to the start, N that of elements returned.",
            Summary = "Returns the elements between two indexes of a list.",
            Syntax = "key start:integer stop:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("LINDEX", 3, CommandFlags.ReadOnly, static (ref CommandContext context) => Index(ref context))
        {
            Group = CommandGroup.List,
            Since = "1.0.0",
            Complexity = "O(N) where N is the number of chunks of 253 nodes between the element and the nearer end.",
            Summary = "Returns the element at an index of a list.",
            Syntax = "key index:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Length(ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (ListValue.Read(context, key, out ListValue list))
        {
            case Lookup.Found: context.Reply.Integer(list.Count); break;
            case Lookup.Missing: context.Reply.Integer(0); break;
            default: context.Reply.Error(Errors.WrongType); break;
        }
    }

    private static void Range(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long start) || !context.TryGetInteger(3, out long end)) return;
        Key key = context.Key(1);
        switch (ListValue.Read(context, key, out ListValue list))
        {
            case Lookup.Missing: context.Reply.Array(0); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        ListRange range = ListRange.Clip(start, end, list.Count);
        context.Reply.Array((int)range.Count);
        if (range.Count == 0) return;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = list.Seek(range.Start, scratch);
        for (long index = 0; index < range.Count; index++)
        {
            ListValue.Reply(context.Reply, walk.Element);
            walk.Move(backwards: false);
        }
    }

    private static void Index(ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (ListValue.Read(context, key, out ListValue list))
        {
            case Lookup.Missing: context.Reply.Null(); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        if (!context.TryGetInteger(2, out long index)) return;
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListWalk walk = list.Seek(index, scratch);
        if (walk.IsEnd) context.Reply.Null();
        else ListValue.Reply(context.Reply, walk.Element);
    }
}
