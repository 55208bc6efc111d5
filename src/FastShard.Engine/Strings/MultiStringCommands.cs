using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Strings;

/// <summary>
/// Commands over several strings at one instant: whoever runs them holds the shards of all their keys.
/// </summary>
public static class MultiStringCommands
{
    private const CommandFlags Grows = CommandFlags.Write | CommandFlags.DenyOom;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("MGET", -2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => MGet(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(N) where N is the number of keys.",
            Summary = "Returns the strings of several keys, nil for each that does not exist or holds no string.",
            Syntax = "key [key ...]",
            Keys = [KeySpec.Range(1, -1, 1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Tips = ["request_policy:multi_shard"],
        },
        new("MSET", -3, Grows, static (ref CommandContext context) => MSet(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.1",
            Complexity = "O(N) where N is the number of keys.",
            Summary = "Sets several keys to strings in one step.",
            Syntax = "key value [key value ...]",
            Keys = [KeySpec.Range(1, -1, 2, KeyAccess.Overwrite | KeyAccess.Update)],
            Tips = ["request_policy:multi_shard", "response_policy:all_succeeded"],
        },
        new("MSETNX", -3, Grows, static (ref CommandContext context) => MSetNx(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.1",
            Complexity = "O(N) where N is the number of keys.",
            Summary = "Sets several keys to strings if none of the keys exists.",
            Syntax = "key value [key value ...]",
            Keys = [KeySpec.Range(1, -1, 2, KeyAccess.Overwrite | KeyAccess.Insert)],
        },
        new("MSETEX", -4, Grows, static (ref CommandContext context) => MSetEx(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "8.4.0",
            Complexity = "O(N) where N is the number of keys.",
            Summary = "Sets several keys to strings with one deadline, if all or none of the keys exist.",
            Syntax = "numkeys:integer key value [key value ...] [NX | XX] [EX seconds:integer | PX milliseconds:integer"
                + " | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | KEEPTTL]",
            Keys = [KeySpec.Counted(1, KeyAccess.Overwrite | KeyAccess.Update, step: 2)],
        },
    ];

    private static void MGet(ref CommandContext context)
    {
        int count = context.ArgCount - 1;
        context.Reply.Array(count);
        for (int index = 1; index <= count; index++)
        {
            Key key = context.Key(index);
            if (key.Home.TryRead(key, out Entry entry) && entry.Type == ValueType.String)
                StringValue.Reply(ref context, entry);
            else
                context.Reply.Null();
        }
    }

    private static void MSet(ref CommandContext context)
    {
        if (!ArePairs(ref context)) return;
        SetPairs(ref context, 1, context.ArgCount, 0, default);
        context.Reply.Ok();
    }

    private static void MSetNx(ref CommandContext context)
    {
        if (!ArePairs(ref context)) return;
        bool isMet = DoAllExist(ref context, 1, context.ArgCount, exist: false);
        if (isMet) SetPairs(ref context, 1, context.ArgCount, 0, default);
        context.Reply.Integer(isMet ? 1 : 0);
    }

    private static void MSetEx(ref CommandContext context)
    {
        if (!Numbers.TryParseInt64(context.Arg(1), out long count) || count is < 1 or > int.MaxValue)
        {
            context.Reply.Error("ERR invalid numkeys value"u8);
            return;
        }
        if (count > (context.ArgCount - 2) / 2)
        {
            context.Reply.Error("ERR wrong number of key-value pairs"u8);
            return;
        }
        const StringOption Allowed = StringOption.Existence | StringOption.Times | StringOption.KeepTtl;
        int end = 2 + (2 * (int)count);
        if (!StringOptions.TryParse(ref context, end, Allowed, out StringOptions options)) return;
        if (!options.TryGetDeadline(ref context, out long deadlineMillis)) return;
        bool isMet = (!options.Has(StringOption.Nx) || DoAllExist(ref context, 2, end, exist: false))
            && (!options.Has(StringOption.Xx) || DoAllExist(ref context, 2, end, exist: true));
        if (isMet) SetPairs(ref context, 2, end, deadlineMillis, options);
        context.Reply.Integer(isMet ? 1 : 0);
    }

    private static bool ArePairs(ref CommandContext context)
    {
        if (context.ArgCount % 2 == 1) return true;
        context.Reply.Error($"ERR wrong number of arguments for '{context.Spec.FullName}' command");
        return false;
    }

    private static bool DoAllExist(ref CommandContext context, int first, int end, bool exist)
    {
        for (int index = first; index < end; index += 2)
        {
            Key key = context.Key(index);
            if (key.Home.TryWrite(key, out _) != exist) return false;
        }
        return true;
    }

    private static void SetPairs(
        ref CommandContext context, int first, int end, long deadlineMillis, in StringOptions options)
    {
        bool isNewTime = options.Has(StringOption.Times);
        for (int index = first; index < end; index += 2)
        {
            Key key = context.Key(index);
            bool isFound = key.Home.TryWrite(key, out Entry entry);
            long expiryMillis = isFound && options.Has(StringOption.KeepTtl) ? entry.ExpiryMillis : deadlineMillis;
            StringWriteCommands.SetOrDrop(ref context, key, isFound, ref entry, index + 1, expiryMillis, isNewTime);
        }
    }
}
