using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Keys;

/// <summary>Deadlines of keys: EXPIRE and its kin set them, PERSIST takes them away.</summary>
public static class ExpireCommands
{
    private const string Conditions = "[NX | XX | GT | LT]";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("EXPIRE", -3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Expire(ref context, MillisPerSecond, isAbsolute: false))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Gives a key so many seconds to live.",
            Syntax = "key seconds:integer " + Conditions,
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("EXPIREAT", -3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Expire(ref context, MillisPerSecond, isAbsolute: true))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Generic, Since = "1.2.0", Complexity = "O(1)",
            Summary = "Lets a key live until a moment, given in seconds since 1970.",
            Syntax = "key unix-time-seconds:unix-time " + Conditions,
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("PEXPIRE", -3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Expire(ref context, 1, isAbsolute: false))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Generic, Since = "2.6.0", Complexity = "O(1)",
            Summary = "Gives a key so many milliseconds to live.",
            Syntax = "key milliseconds:integer " + Conditions,
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("PEXPIREAT", -3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Expire(ref context, 1, isAbsolute: true))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Generic, Since = "2.6.0", Complexity = "O(1)",
            Summary = "Lets a key live until a moment, given in milliseconds since 1970.",
            Syntax = "key unix-time-milliseconds:unix-time " + Conditions,
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("PERSIST", 2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Persist(ref context))
        {
            Group = CommandGroup.Generic, Since = "2.2.0", Complexity = "O(1)",
            Summary = "Takes a key's deadline away.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
    ];

    private const long MillisPerSecond = 1000;

    private static void Expire(ref CommandContext context, long unitMillis, bool isAbsolute)
    {
        if (!ExpireConditions.TryParse(ref context, 3, out ExpireConditions conditions)) return;
        if (!context.TryGetInteger(2, out long amount)) return;
        if (!Deadline.TryMake(amount, unitMillis, isAbsolute ? 0 : context.NowMillis, out long deadline))
        {
            context.Reply.Error($"ERR invalid expire time in '{context.Spec.FullName}' command");
            return;
        }
        Key key = context.Key(1);
        if (!key.Home.TryWrite(key, out Entry entry) || !conditions.Allow(entry, deadline))
        {
            context.Reply.Integer(0);
            return;
        }
        SetDeadline(key, ref entry, deadline);
        context.Reply.Integer(1);
    }

    // A deadline in the past is a deletion, and is told as one.
    private static void SetDeadline(in Key key, ref Entry entry, long deadline)
    {
        Database home = key.Home;
        if (home.Owner.HasPassed(deadline))
        {
            home.Table.Remove(ref entry);
            home.Modified(key, KeyEvent.Del);
            home.Rewrite()?.Write("DEL"u8, key.Bytes);
            return;
        }
        home.Table.SetExpiry(ref entry, Math.Max(deadline, 1)); // 0 would be none
        home.Modified(key, KeyEvent.Expire);
        home.Rewrite()?.Write("PEXPIREAT"u8, key.Bytes, deadline);
    }

    private static void Persist(ref CommandContext context)
    {
        Key key = context.Key(1);
        bool changes = key.Home.TryWrite(key, out Entry entry) && entry.HasExpiry;
        if (changes)
        {
            key.Home.Table.SetExpiry(ref entry, 0);
            key.Home.Modified(key, KeyEvent.Persist);
        }
        context.Reply.Integer(changes ? 1 : 0);
    }
}
