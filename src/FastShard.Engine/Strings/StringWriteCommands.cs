using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Strings;

/// <summary>Commands that set or change one string.</summary>
public static class StringWriteCommands
{
    private const CommandFlags Grows = CommandFlags.Write | CommandFlags.DenyOom;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("SET", -3, Grows, static (ref CommandContext context) => Set(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Sets a key to a string, on a condition and with a deadline where asked for.",
            Syntax = "key value"
                + " [NX | XX | IFEQ match-value | IFNE match-value | IFDEQ match-digest | IFDNE match-digest]"
                + " [GET] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time"
                + " | PXAT unix-time-milliseconds:unix-time | KEEPTTL]",
            Keys =
            [
                KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update | KeyAccess.VariableFlags),
            ],
            FindAccess = static (in ArgumentView arguments, KeyPositions keys) =>
            {
                keys.Add(1, AccessOfSet(arguments));
                return true;
            },
        },
        new("SETNX", 3, Grows | CommandFlags.Fast, static (ref CommandContext context) => SetNx(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Sets a key to a string only if the key does not exist.",
            Syntax = "key value",
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Insert)],
        },
        new("SETEX", 4, Grows, static (ref CommandContext context) => SetWithTime(ref context, StringOption.Ex))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "2.0.0",
            Complexity = "O(1)",
            Summary = "Sets a key to a string that expires after so many seconds.",
            Syntax = "key seconds:integer value",
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update)],
        },
        new("PSETEX", 4, Grows, static (ref CommandContext context) => SetWithTime(ref context, StringOption.Px))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "2.6.0",
            Complexity = "O(1)",
            Summary = "Sets a key to a string that expires after so many milliseconds.",
            Syntax = "key milliseconds:integer value",
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update)],
        },
        new("GETSET", 3, Grows | CommandFlags.Fast, static (ref CommandContext context) => GetSet(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Sets a key to a string and returns the string that it held before.",
            Syntax = "key value",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
        },
        new("APPEND", 3, Grows | CommandFlags.Fast, static (ref CommandContext context) => Append(ref context))
        {
            Group = CommandGroup.String,
            Since = "2.0.0",
            Complexity = "O(1) amortized for a short addition: room is made in steps that grow with the string.",
            Summary = "Adds bytes to the end of a string; a missing key counts as an empty string.",
            Syntax = "key value",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("SETRANGE", 4, Grows, static (ref CommandContext context) => SetRange(ref context))
        {
            Group = CommandGroup.String,
            Since = "2.2.0",
            Complexity = "O(N) where N is the length of the new bytes and of the gap before them.",
            Summary = "Overwrites a part of a string from an offset on, and lengthens the string with zeros as needed.",
            Syntax = "key offset:integer value",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
    ];

    // Only GET and the comparisons look at what was there before.
    private static KeyAccess AccessOfSet(in ArgumentView arguments)
    {
        for (int index = 3; index < arguments.Count; index++)
        {
            ReadOnlySpan<byte> option = arguments[index];
            bool reads = System.Text.Ascii.EqualsIgnoreCase(option, "GET"u8)
                || (option.Length > 1 && System.Text.Ascii.EqualsIgnoreCase(option[..2], "IF"u8));
            if (reads) return KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update;
        }
        return KeyAccess.Overwrite | KeyAccess.Update;
    }

    private static void Set(ref CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            SetWithOptions(ref context);
            return;
        }
        Key key = context.Key(1);
        bool isFound = key.Home.TryWrite(key, out Entry entry);
        StringValue.SetArgument(ref context, key, isFound, ref entry, 2, 0);
        key.Home.Modified(key, KeyEvent.Set);
        context.Reply.Ok();
    }

    private static void SetWithOptions(ref CommandContext context)
    {
        const StringOption Allowed =
            StringOption.Conditions | StringOption.Get | StringOption.KeepTtl | StringOption.Times;
        if (!StringOptions.TryParse(ref context, 3, Allowed, out StringOptions options)) return;
        if (!options.TryGetDeadline(ref context, out long deadlineMillis)) return;
        Key key = context.Key(1);
        bool isFound = key.Home.TryWrite(key, out Entry entry);
        bool readsString = options.Has(StringOption.Get | StringOption.Comparisons);
        if (readsString && isFound && entry.Type != ValueType.String)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        if (!options.TryEvaluate(ref context, isFound, entry, out bool isMet)) return;

        bool repliesOld = options.Has(StringOption.Get) && isFound;
        if (repliesOld) StringValue.Reply(ref context, entry);
        else if (isMet && !options.Has(StringOption.Get)) context.Reply.Ok();
        else context.Reply.Null();

        if (!isMet) return;
        if (options.Has(StringOption.KeepTtl) && isFound) deadlineMillis = entry.ExpiryMillis;
        SetOrDrop(ref context, key, isFound, ref entry, 2, deadlineMillis, options.Has(StringOption.Times));
    }

    /// <summary>
    /// Sets the key to an argument; with a deadline that is over already, the key is removed instead.
    /// </summary>
    internal static void SetOrDrop(
        ref CommandContext context,
        in Key key,
        bool isFound,
        ref Entry entry,
        int index,
        long deadlineMillis,
        bool isNewTime)
    {
        if (isNewTime && Deadline.IsPast(key, deadlineMillis))
        {
            if (!isFound) return;
            key.Home.Table.Remove(ref entry);
            key.Home.Modified(key, KeyEvent.Del);
            key.Home.Rewrite()?.Write("DEL"u8, key.Bytes);
            return;
        }
        StringValue.SetArgument(ref context, key, isFound, ref entry, index, deadlineMillis);
        StringEffects.Set(key, context.Arg(index), deadlineMillis);
        key.Home.Modified(key, KeyEvent.Set);
        if (isNewTime) key.Home.Notify(key, KeyEvent.Expire);
    }

    private static void SetNx(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (key.Home.TryWrite(key, out Entry entry))
        {
            context.Reply.Integer(0);
            return;
        }
        StringValue.SetArgument(ref context, key, false, ref entry, 2, 0);
        key.Home.Modified(key, KeyEvent.Set);
        context.Reply.Integer(1);
    }

    private static void SetWithTime(ref CommandContext context, StringOption unit)
    {
        if (!Deadline.TryRead(ref context, 2, unit, out long deadlineMillis)) return;
        Key key = context.Key(1);
        bool isFound = key.Home.TryWrite(key, out Entry entry);
        SetOrDrop(ref context, key, isFound, ref entry, 3, deadlineMillis, isNewTime: true);
        context.Reply.Ok();
    }

    private static void GetSet(ref CommandContext context)
    {
        Key key = context.Key(1);
        Lookup lookup = key.Home.ReadString(key, out Entry entry);
        switch (lookup)
        {
            case Lookup.Found: StringValue.Reply(ref context, entry); break;
            case Lookup.Missing: context.Reply.Null(); break;
            default: context.Reply.Error(Errors.WrongType); return;
        }
        StringValue.SetArgument(ref context, key, lookup == Lookup.Found, ref entry, 2, 0);
        key.Home.Modified(key, KeyEvent.Set);
        StringEffects.Set(key, context.Arg(2), 0);
    }

    private static void Append(ref CommandContext context)
    {
        Key key = context.Key(1);
        int length = context.Arg(2).Length;
        switch (key.Home.WriteString(key, out Entry entry))
        {
            case Lookup.WrongType:
                context.Reply.Error(Errors.WrongType);
                return;
            case Lookup.Missing:
                StringValue.SetArgument(ref context, key, false, ref entry, 2, 0);
                break;
            default:
                int before = StringValue.Length(entry);
                if (IsTooLong(ref context, before, length)) return;
                length += before;
                Span<byte> target = StringValue.Open(key, true, ref entry, length);
                context.Arg(2).CopyTo(target[before..]);
                break;
        }
        key.Home.Modified(key, KeyEvent.Append);
        context.Reply.Integer(length);
    }

    private static void SetRange(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long offset)) return;
        if (offset < 0)
        {
            context.Reply.Error("ERR offset is out of range"u8);
            return;
        }
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        bool isFound = lookup == Lookup.Found;
        int length = isFound ? StringValue.Length(entry) : 0;
        ReadOnlySpan<byte> value = context.Arg(3);
        if (!value.IsEmpty)
        {
            if (IsTooLong(ref context, offset, value.Length)) return;
            length = Math.Max(length, (int)offset + value.Length);
            Span<byte> target = StringValue.Open(key, isFound, ref entry, length);
            value.CopyTo(target[(int)offset..]);
            key.Home.Modified(key, KeyEvent.SetRange);
        }
        context.Reply.Integer(length);
    }

    /// <summary>Replies the error when a string of so many bytes in all is not allowed.</summary>
    private static bool IsTooLong(ref CommandContext context, long before, int added)
    {
        // An offset may be as large as 64 bits are: the sum must not wrap.
        if (before <= EngineLimits.StringLengthMax - added) return false;
        context.Reply.Error(Errors.StringTooLong);
        return true;
    }
}
