using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Strings;

/// <summary>Strings as numbers: counting in 64-bit integers and in long doubles.</summary>
public static class CounterCommands
{
    private const CommandFlags Counts = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const KeyAccess Changes = KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("INCR", 2, Counts, static (ref CommandContext context) => Add(ref context, 1))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Adds one to the integer of a key; a missing key counts as 0.",
            Syntax = "key",
            SpreadsOver = SpreadKinds.Counter,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.Add(ref context, spread, here, 1),
            SpreadStep = 1,
            Keys = [KeySpec.At(1, Changes)],
        },
        new("DECR", 2, Counts, static (ref CommandContext context) => Add(ref context, -1))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Takes one from the integer of a key; a missing key counts as 0.",
            Syntax = "key",
            SpreadsOver = SpreadKinds.Counter,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.Add(ref context, spread, here, -1),
            SpreadStep = -1,
            Keys = [KeySpec.At(1, Changes)],
        },
        new("INCRBY", 3, Counts, static (ref CommandContext context) => IncrBy(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Adds a number to the integer of a key; a missing key counts as 0.",
            Syntax = "key increment:integer",
            SpreadsOver = SpreadKinds.Counter,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.IncrBy(ref context, spread, here),
            Keys = [KeySpec.At(1, Changes)],
        },
        new("DECRBY", 3, Counts, static (ref CommandContext context) => DecrBy(ref context))
        {
            Group = CommandGroup.String,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Takes a number from the integer of a key; a missing key counts as 0.",
            Syntax = "key decrement:integer",
            SpreadsOver = SpreadKinds.Counter,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadStrings.DecrBy(ref context, spread, here),
            Keys = [KeySpec.At(1, Changes)],
        },
        new("INCRBYFLOAT", 3, Counts, static (ref CommandContext context) => IncrByFloat(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "2.6.0",
            Complexity = "O(1)",
            Summary = "Adds a floating-point number to the number of a key; a missing key counts as 0.",
            Syntax = "key increment:double",
            Keys = [KeySpec.At(1, Changes)],
        },
        new("INCREX", -2, Counts, static (ref CommandContext context) => IncrExCommand.Run(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.String,
            Since = "8.8.0",
            Complexity = "O(1)",
            Summary = "Adds to the number of a key between bounds and sets the key's deadline in the same step.",
            Syntax = "key [NX | XX] [BYFLOAT increment:double | BYINT increment:integer] [SATURATE] [LBOUND lowerbound]"
                + " [UBOUND upperbound] [EX seconds:integer | PX milliseconds:integer"
                + " | EXAT unix-time-seconds:unix-time | PXAT unix-time-milliseconds:unix-time | PERSIST] [ENX]",
            Keys = [KeySpec.At(1, Changes)],
        },
    ];

    private static void IncrBy(ref CommandContext context)
    {
        if (context.TryGetInteger(2, out long increment)) Add(ref context, increment);
    }

    private static void DecrBy(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long decrement)) return;
        if (decrement == long.MinValue)
        {
            context.Reply.Error("ERR decrement would overflow"u8);
            return;
        }
        Add(ref context, -decrement);
    }

    private static void Add(ref CommandContext context, long increment)
    {
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.Found && entry.Encoding == ValueEncoding.Int)
        {
            AddInPlace(ref context, key, entry, increment);
            return;
        }
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        long value = 0;
        if (lookup == Lookup.Found && !Numbers.TryParseInt64(entry.Value, out value))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }
        if (!TryAdd(ref context, value, increment, out value)) return;
        StringValue.SetInteger(key, lookup == Lookup.Found, ref entry, value, entry.IsNull ? 0 : entry.ExpiryMillis);
        key.Home.Modified(key, KeyEvent.IncrBy);
        context.Reply.Integer(value);
    }

    private static void AddInPlace(ref CommandContext context, in Key key, Entry entry, long increment)
    {
        if (!TryAdd(ref context, entry.Integer, increment, out long value)) return;
        entry.SetInteger(value);
        key.Home.Modified(key, KeyEvent.IncrBy);
        context.Reply.Integer(value);
    }

    private static bool TryAdd(ref CommandContext context, long value, long increment, out long sum)
    {
        sum = unchecked(value + increment);
        // The sum overflowed if and only if its sign differs from that of both terms.
        if (((value ^ sum) & (increment ^ sum)) >= 0) return true;
        context.Reply.Error(Errors.Overflow);
        return false;
    }

    private static void IncrByFloat(ref CommandContext context)
    {
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        LongDouble value = default;
        if ((lookup == Lookup.Found && !TryReadFloat(entry, out value))
            || !LongDouble.TryParse(context.Arg(2), out LongDouble increment))
        {
            context.Reply.Error(Errors.NotAFloat);
            return;
        }
        LongDouble sum = LongDouble.Add(value, increment);
        if (!sum.IsFinite)
        {
            context.Reply.Error("ERR increment would produce NaN or Infinity"u8);
            return;
        }
        Span<byte> text = stackalloc byte[LongDouble.MaxBytes];
        text = text[..sum.Format(text)];
        StringValue.SetText(key, lookup == Lookup.Found, ref entry, text, entry.IsNull ? 0 : entry.ExpiryMillis);
        key.Home.Modified(key, KeyEvent.IncrByFloat);
        key.Home.Rewrite()?.Write("SET"u8, key.Bytes, text, "KEEPTTL"u8);
        context.Reply.Bulk(text);
    }

    /// <summary>Reads a string as a float; false when it is none.</summary>
    internal static bool TryReadFloat(in Entry entry, out LongDouble value)
    {
        if (entry.Encoding != ValueEncoding.Int) return LongDouble.TryParse(entry.Value, out value);
        value = LongDouble.FromInt64(entry.Integer);
        return true;
    }
}
