using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>Commands that read a stream by its ids, or its length.</summary>
public static class StreamRangeCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XLEN", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Length(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(1)",
            Summary = "Returns the number of entries of a stream.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
        },
        new("XRANGE", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, isBackwards: false))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(N) where N is the number of entries returned.",
            Summary = "Returns the entries of a stream between two ids.",
            Syntax = "key start end [COUNT count:integer]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("XREVRANGE", -4, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Range(ref context, isBackwards: true))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(N) where N is the number of entries returned.",
            Summary = "Returns the entries of a stream between two ids, the last first.",
            Syntax = "key end start [COUNT count:integer]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Length(scoped ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (key.Home.Read(key, ValueType.Stream, out Entry entry))
        {
            case Lookup.Found:
                context.Reply.Integer(new StreamEntries(key.Home.Table.Structure(entry)).Length);
                break;
            case Lookup.Missing:
                context.Reply.Integer(0);
                break;
            default:
                context.Reply.Error(Errors.WrongType);
                break;
        }
    }

    private static void Range(scoped ref CommandContext context, bool isBackwards)
    {
        if (!StreamIdText.TryGetStart(ref context, isBackwards ? 3 : 2, out StreamId first)) return;
        if (!StreamIdText.TryGetEnd(ref context, isBackwards ? 2 : 3, out StreamId last)) return;
        long count = -1;
        for (int index = 4; index < context.ArgCount; index += 2)
        {
            if (!context.ArgIs(index, "COUNT"u8) || index + 1 == context.ArgCount)
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
            if (!context.TryGetInteger(index + 1, out count)) return;
            count = Math.Max(count, 0);
        }
        Key key = context.Key(1);
        switch (key.Home.Read(key, ValueType.Stream, out Entry entry))
        {
            case Lookup.Missing:
                context.Reply.Array(0);
                break;
            case Lookup.WrongType:
                context.Reply.Error(Errors.WrongType);
                break;
            case Lookup.Found when count == 0:
                context.Reply.NullArray();
                break;
            default:
                StreamReplies.Range(
                    ref context, key.Home.Table.Structure(entry), first, last, isBackwards, Math.Max(count, 0));
                break;
        }
    }
}
