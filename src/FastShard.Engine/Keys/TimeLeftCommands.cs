using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;

namespace FastShard.Engine.Keys;

/// <summary>How long keys still live: TTL, PTTL, EXPIRETIME, PEXPIRETIME.</summary>
public static class TimeLeftCommands
{
    private const long NoKey = -2;
    private const long NoDeadline = -1;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("TTL", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Reply(ref context, context.NowMillis, inSeconds: true))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the seconds that a key has left; -1 if it has no deadline, -2 if there is no key.",
            Syntax = "key", Tips = ["nondeterministic_output"],
            SpreadsOver = SpreadKinds.All,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.TimeLeft(ref context, spread, here, inSeconds: true),
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("PTTL", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Reply(ref context, context.NowMillis, inSeconds: false))
        {
            Group = CommandGroup.Generic, Since = "2.6.0", Complexity = "O(1)",
            Summary = "Returns the milliseconds that a key has left; -1 if it has no deadline, -2 if there is no key.",
            Syntax = "key", Tips = ["nondeterministic_output"],
            SpreadsOver = SpreadKinds.All,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.TimeLeft(ref context, spread, here, inSeconds: false),
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("EXPIRETIME", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Reply(ref context, 0, inSeconds: true))
        {
            Group = CommandGroup.Generic, Since = "7.0.0", Complexity = "O(1)",
            Summary = "Returns a key's deadline in seconds since 1970; -1 if it has none, -2 if there is no key.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("PEXPIRETIME", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Reply(ref context, 0, inSeconds: false))
        {
            Group = CommandGroup.Generic, Since = "7.0.0", Complexity = "O(1)",
            Summary = "Returns a key's deadline in milliseconds since 1970; -1 if it has none, -2 if there is no key.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Reply(ref CommandContext context, long sinceMillis, bool inSeconds)
    {
        Key key = context.Key(1);
        long millis = NoKey;
        if (key.Home.TryLook(key, out Entry entry))
            millis = entry.HasExpiry ? Math.Max(entry.ExpiryMillis - sinceMillis, 0) : NoDeadline;
        // Rounded to the nearest second, as Redis does; unsigned, so that the largest deadline does not overflow.
        bool isTime = millis >= 0;
        context.Reply.Integer(isTime && inSeconds ? (long)(((ulong)millis + 500) / 1000) : millis);
    }
}
