using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;

namespace FastShard.Engine.Strings;

/// <summary>Commands that read a string, and those that read it and then change its deadline or remove it.</summary>
public static class StringReadCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("GET", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => Get(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Returns the string that a key holds.",
            Syntax = "key",
            SpreadsOver = SpreadKinds.Counter | SpreadKinds.Copy,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.Get(ref context, spread, here),
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("GETEX", -2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => GetEx(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Returns the string that a key holds and gives the key a new deadline or takes it away.",
            Syntax = "key [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time"
                + " | PXAT unix-time-milliseconds:unix-time | PERSIST]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
        },
        new("GETDEL", 2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => GetDel(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Returns the string that a key holds and removes the key.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete)],
        },
        new("STRLEN", 2, CommandFlags.ReadOnly | CommandFlags.Fast,
            static (ref CommandContext context) => StrLen(ref context))
        {
            Group = CommandGroup.String,
            Since = "2.2.0",
            Complexity = "O(1)",
            Summary = "Returns the length of a string in bytes.",
            Syntax = "key",
            SpreadsOver = SpreadKinds.Counter | SpreadKinds.Copy,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.Length(ref context, spread, here),
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
        },
        new("GETRANGE", 4, CommandFlags.ReadOnly, static (ref CommandContext context) => GetRange(ref context))
        {
            Group = CommandGroup.String,
            Since = "2.4.0",
            Complexity = "O(N) where N is the length of the returned part; large parts are sent without a copy.",
            Summary = "Returns the part of a string between two offsets, both inclusive.",
            Syntax = "key start:integer end:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
        new("SUBSTR", 4, CommandFlags.ReadOnly, static (ref CommandContext context) => GetRange(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(N) where N is the length of the returned part.",
            Summary = "The old name of GETRANGE.",
            Syntax = "key start:integer end:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
        },
    ];

    private static void Get(ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (key.Home.ReadString(key, out Entry entry))
        {
            case Lookup.Found: StringValue.Reply(ref context, entry); break;
            case Lookup.Missing: context.Reply.Null(); break;
            default: context.Reply.Error(Errors.WrongType); break;
        }
    }

    private static void GetEx(ref CommandContext context)
    {
        const StringOption Allowed = StringOption.Times | StringOption.Persist;
        if (!StringOptions.TryParse(ref context, 2, Allowed, out StringOptions options)) return;
        Key key = context.Key(1);
        switch (key.Home.ReadString(key, out Entry entry))
        {
            case Lookup.Missing: context.Reply.Null(); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        if (!options.TryGetDeadline(ref context, out long deadlineMillis)) return;
        StringValue.Reply(ref context, entry);
        if (Deadline.IsPast(key, deadlineMillis))
        {
            key.Home.Table.Remove(ref entry);
            key.Home.Modified(key, KeyEvent.Del);
            key.Home.Rewrite()?.Write("DEL"u8, key.Bytes);
        }
        else if (deadlineMillis != 0)
        {
            key.Home.Table.SetExpiry(ref entry, deadlineMillis);
            key.Home.Modified(key, KeyEvent.Expire);
            key.Home.Rewrite()?.Write("PEXPIREAT"u8, key.Bytes, deadlineMillis);
        }
        else if (options.Has(StringOption.Persist) && entry.HasExpiry)
        {
            key.Home.Table.SetExpiry(ref entry, 0);
            key.Home.Modified(key, KeyEvent.Persist);
            key.Home.Rewrite()?.Write("PERSIST"u8, key.Bytes);
        }
    }

    private static void GetDel(ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (key.Home.ReadString(key, out Entry entry))
        {
            case Lookup.Missing: context.Reply.Null(); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        StringValue.Reply(ref context, entry);
        key.Home.Table.Remove(ref entry);
        key.Home.Modified(key, KeyEvent.Del);
        key.Home.Rewrite()?.Write("DEL"u8, key.Bytes);
    }

    private static void StrLen(ref CommandContext context)
    {
        Key key = context.Key(1);
        switch (key.Home.ReadString(key, out Entry entry))
        {
            case Lookup.Found: context.Reply.Integer(StringValue.Length(entry)); break;
            case Lookup.Missing: context.Reply.Integer(0); break;
            default: context.Reply.Error(Errors.WrongType); break;
        }
    }

    private static void GetRange(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long start) || !context.TryGetInteger(3, out long end)) return;
        Key key = context.Key(1);
        switch (key.Home.ReadString(key, out Entry entry))
        {
            case Lookup.Missing: context.Reply.Bulk([]); return;
            case Lookup.WrongType: context.Reply.Error(Errors.WrongType); return;
        }
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> value = StringValue.Bytes(entry, scratch);
        if (!ByteRange.TryClipForward(start, end, value.Length, out long first, out long last))
            context.Reply.Bulk([]);
        else if (entry.IsBlob)
            context.Reply.BlobRange(entry.Blob, (int)first, (int)(last - first + 1));
        else
            context.Reply.Bulk(value[(int)first..(int)(last + 1)]);
    }
}
