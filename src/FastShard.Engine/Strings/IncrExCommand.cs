using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Strings;

/// <summary>
/// INCREX: a counter with bounds and a deadline in one step, which is a window rate limiter: it replies the value and
/// what was really added, and 0 added means that the window is full.
/// </summary>
internal static class IncrExCommand
{
    public static void Run(ref CommandContext context)
    {
        if (!IncrExOptions.TryParse(ref context, out IncrExOptions options)) return;
        if (options.IsFloat) AddFloat(ref context, options);
        else AddInteger(ref context, options);
    }

    private static void AddInteger(ref CommandContext context, in IncrExOptions options)
    {
        if (!TryReadIntegers(ref context, options, out long increment, out long lower, out long upper)) return;
        if (!options.TryGetDeadline(ref context, out long deadlineMillis)) return;
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        bool isFound = lookup == Lookup.Found;
        long value = 0;
        if (isFound && !TryReadInteger(entry, out value))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return;
        }
        Int128 sum = (Int128)value + increment;
        bool isApplied = options.Allows(isFound) && (options.Saturates || (sum >= lower && sum <= upper));
        Int128 target = isApplied ? Int128.Clamp(sum, lower, upper) : value;
        Int128 added = target - value;
        if (added != (long)added)
        {
            context.Reply.Error("ERR applied increment would overflow"u8);
            return;
        }
        if (isApplied
            && TryChooseExpiry(context, options, key, isFound, ref entry, deadlineMillis, out long expiryMillis))
        {
            bool hadExpiry = isFound && entry.HasExpiry;
            StringValue.SetInteger(key, isFound, ref entry, (long)target, expiryMillis);
            Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
            StringEffects.Set(key, digits[..Numbers.FormatInt64((long)target, digits)], expiryMillis);
            Report(key, KeyEvent.IncrBy, options, hadExpiry, expiryMillis, deadlineMillis);
        }
        context.Reply.Array(2);
        context.Reply.Integer((long)target);
        context.Reply.Integer((long)added);
    }

    private static void AddFloat(ref CommandContext context, in IncrExOptions options)
    {
        if (!TryReadFloats(ref context, options, out LongDouble increment, out LongDouble lower, out LongDouble upper))
            return;
        if (!options.TryGetDeadline(ref context, out long deadlineMillis)) return;
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        bool isFound = lookup == Lookup.Found;
        LongDouble value = default;
        if (isFound && !TryReadFloat(ref context, entry, out value)) return;

        LongDouble sum = LongDouble.Add(value, increment);
        bool isAbove = LongDouble.Compare(sum, upper) > 0 || (!sum.IsFinite && !sum.IsNegative);
        bool isBelow = LongDouble.Compare(sum, lower) < 0 || (!sum.IsFinite && sum.IsNegative);
        bool isApplied = options.Allows(isFound) && (options.Saturates || !(isAbove || isBelow));
        LongDouble target = !isApplied ? value : isAbove ? upper : isBelow ? lower : sum;
        // Large sums are rounded: what was added is the difference, not what was asked for.
        LongDouble added = LongDouble.Add(target, value.Negate());
        if (!added.IsFinite)
        {
            context.Reply.Error("ERR applied increment would be Infinity"u8);
            return;
        }
        Span<byte> text = stackalloc byte[LongDouble.MaxBytes];
        text = text[..target.Format(text)];
        if (isApplied
            && TryChooseExpiry(context, options, key, isFound, ref entry, deadlineMillis, out long expiryMillis))
        {
            bool hadExpiry = isFound && entry.HasExpiry;
            StringValue.SetText(key, isFound, ref entry, text, expiryMillis);
            StringEffects.Set(key, text, expiryMillis);
            Report(key, KeyEvent.IncrByFloat, options, hadExpiry, expiryMillis, deadlineMillis);
        }
        context.Reply.Array(2);
        context.Reply.DoubleText(text);
        Span<byte> addedText = stackalloc byte[LongDouble.MaxBytes];
        context.Reply.DoubleText(addedText[..added.Format(addedText)]);
    }

    /// <summary>
    /// The deadline that the key is to have; false when it is over: the key was removed, if there was one.
    /// </summary>
    private static bool TryChooseExpiry(
        in CommandContext context,
        in IncrExOptions options,
        in Key key,
        bool isFound,
        ref Entry entry,
        long deadlineMillis,
        out long expiryMillis)
    {
        expiryMillis = isFound && !options.Persists ? entry.ExpiryMillis : 0;
        if (deadlineMillis == 0 || (options.KeepsDeadline && expiryMillis != 0)) return true;
        expiryMillis = deadlineMillis;
        if (!Deadline.IsPast(key, deadlineMillis)) return true;
        if (isFound)
        {
            key.Home.Table.Remove(ref entry);
            key.Home.Modified(key, KeyEvent.Del);
            key.Home.Rewrite()?.Write("DEL"u8, key.Bytes);
        }
        return false;
    }

    private static void Report(
        in Key key, KeyEvent change, in IncrExOptions options, bool hadExpiry, long expiryMillis, long deadlineMillis)
    {
        key.Home.Modified(key, change);
        if (deadlineMillis != 0 && expiryMillis == deadlineMillis) key.Home.Notify(key, KeyEvent.Expire);
        else if (options.Persists && hadExpiry) key.Home.Notify(key, KeyEvent.Persist);
    }

    private static bool TryReadInteger(in Entry entry, out long value)
    {
        if (entry.Encoding != ValueEncoding.Int) return Numbers.TryParseInt64(entry.Value, out value);
        value = entry.Integer;
        return true;
    }

    private static bool TryReadFloat(ref CommandContext context, in Entry entry, out LongDouble value)
    {
        if (!CounterCommands.TryReadFloat(entry, out value))
        {
            context.Reply.Error(Errors.NotAFloat);
            return false;
        }
        if (value.IsFinite) return true;
        context.Reply.Error("ERR value cannot be Infinity"u8);
        return false;
    }

    private static bool TryReadIntegers(
        ref CommandContext context, in IncrExOptions options, out long increment, out long lower, out long upper)
    {
        increment = 1;
        lower = long.MinValue;
        upper = long.MaxValue;
        if (options.IncrementIndex != 0 && !Numbers.TryParseInt64(context.Arg(options.IncrementIndex), out increment))
        {
            context.Reply.Error("ERR Increment is not an integer or out of range"u8);
            return false;
        }
        if (options.LowerIndex != 0 && !Numbers.TryParseInt64(context.Arg(options.LowerIndex), out lower))
        {
            context.Reply.Error("ERR LBOUND is not an integer or out of range"u8);
            return false;
        }
        if (options.UpperIndex != 0 && !Numbers.TryParseInt64(context.Arg(options.UpperIndex), out upper))
        {
            context.Reply.Error("ERR UBOUND is not an integer or out of range"u8);
            return false;
        }
        return AreOrdered(ref context, lower <= upper);
    }

    private static bool TryReadFloats(
        ref CommandContext context,
        in IncrExOptions options,
        out LongDouble increment,
        out LongDouble lower,
        out LongDouble upper)
    {
        lower = LongDouble.MaxValue.Negate();
        upper = LongDouble.MaxValue;
        if (!LongDouble.TryParse(context.Arg(options.IncrementIndex), out increment))
        {
            context.Reply.Error("ERR Increment is not a valid float"u8);
            return false;
        }
        if (!increment.IsFinite)
        {
            context.Reply.Error("ERR BYFLOAT increment cannot be Infinity"u8);
            return false;
        }
        if (options.LowerIndex != 0 && !LongDouble.TryParse(context.Arg(options.LowerIndex), out lower))
        {
            context.Reply.Error("ERR LBOUND is not a valid float"u8);
            return false;
        }
        if (options.UpperIndex != 0 && !LongDouble.TryParse(context.Arg(options.UpperIndex), out upper))
        {
            context.Reply.Error("ERR UBOUND is not a valid float"u8);
            return false;
        }
        return AreOrdered(ref context, LongDouble.Compare(lower, upper) <= 0);
    }

    private static bool AreOrdered(ref CommandContext context, bool isOrdered)
    {
        if (!isOrdered) context.Reply.Error("ERR LBOUND can't be greater than UBOUND"u8);
        return isOrdered;
    }
}
