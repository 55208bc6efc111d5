using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Keys;

/// <summary>What can be asked of or done to keys whatever they hold: DEL, UNLINK, EXISTS, TOUCH, TYPE.</summary>
public static class KeyCommands
{
    private static readonly string[] SumOverShards = ["request_policy:multi_shard", "response_policy:agg_sum"];

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("DEL", -2, CommandFlags.Write, static (ref CommandContext context) => Delete(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(N) for N keys.",
            Summary = "Removes keys and says how many there were.",
            Syntax = "key [key ...]", Tips = SumOverShards,
            Keys = [KeySpec.Range(1, -1, 1, KeyAccess.Remove | KeyAccess.Delete)],
        },
        new("UNLINK", -2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Delete(ref context))
        {
            Group = CommandGroup.Generic, Since = "4.0.0", Complexity = "O(N) for N keys.",
            Summary = "Removes keys and says how many there were; large values are given back later.",
            Syntax = "key [key ...]", Tips = SumOverShards,
            Keys = [KeySpec.Range(1, -1, 1, KeyAccess.Remove | KeyAccess.Delete)],
        },
        new("EXISTS", -2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Exists(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(N) for N keys.",
            Summary = "Counts how many of the keys exist; a key named twice counts twice.",
            Syntax = "key [key ...]", Tips = SumOverShards,
            Keys = [KeySpec.Range(1, -1, 1, KeyAccess.ReadOnly)],
        },
        new("TOUCH", -2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Touch(ref context))
        {
            Group = CommandGroup.Generic, Since = "3.2.1", Complexity = "O(N) for N keys.",
            Summary = "Marks keys as just used and counts those that exist.",
            Syntax = "key [key ...]", Tips = SumOverShards,
            Keys = [KeySpec.Range(1, -1, 1, KeyAccess.ReadOnly)],
        },
        new("TYPE", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Type(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Names the type of the value that a key holds.",
            Syntax = "key",
            SpreadsOver = SpreadKinds.All,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.Type(ref context, spread, here),
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
        },
    ];

    private static void Delete(ref CommandContext context)
    {
        int removed = 0;
        for (int index = 1; index < context.ArgCount; index++)
        {
            Key key = context.Key(index);
            if (!key.Home.Remove(key)) continue;
            key.Home.Modified(key, KeyEvent.Del);
            removed++;
        }
        context.Reply.Integer(removed);
    }

    private static void Exists(ref CommandContext context)
    {
        int found = 0;
        for (int index = 1; index < context.ArgCount; index++)
        {
            Key key = context.Key(index);
            if (key.Home.TryLook(key, out _)) found++;
        }
        context.Reply.Integer(found);
    }

    private static void Touch(ref CommandContext context)
    {
        int found = 0;
        for (int index = 1; index < context.ArgCount; index++)
        {
            Key key = context.Key(index);
            if (!key.Home.TryLook(key, out Entry entry)) continue;
            // CLIENT NO-TOUCH is about side effects of reading; here the refresh is what was asked for.
            key.Home.Owner.AccessClock.Touch(entry, key.Home.Owner.AccessMillis);
            found++;
        }
        context.Reply.Integer(found);
    }

    private static void Type(ref CommandContext context)
    {
        Key key = context.Key(1);
        ReadOnlySpan<byte> name = key.Home.TryLook(key, out Entry entry) ? TypeNames.Of(entry.Type) : "none"u8;
        context.Reply.SimpleString(name);
    }
}
