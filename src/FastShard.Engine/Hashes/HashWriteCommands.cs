using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Hashes;

/// <summary>Commands that set, count up or remove fields of a hash.</summary>
public static class HashWriteCommands
{
    private const CommandFlags Grows = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("HSET", -4, Grows, static (ref CommandContext context) => Set(ref context, isOld: false))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1) for each field.",
            Summary = "Sets fields of a hash, and returns how many of them are new.",
            Syntax = "key field value [field value ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("HMSET", -4, Grows, static (ref CommandContext context) => Set(ref context, isOld: true))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1) for each field.",
            Summary = "Sets fields of a hash.",
            Syntax = "key field value [field value ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("HSETNX", 4, Grows, static (ref CommandContext context) => SetNew(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
            Summary = "Sets a field of a hash only if the field does not exist.",
            Syntax = "key field value",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("HDEL", -3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Delete(ref context))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1) for each field.",
            Summary = "Removes fields from a hash; the key goes with the last of them.",
            Syntax = "key field [field ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
        new("HINCRBY", 4, Grows, static (ref CommandContext context) => IncrBy(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
            Summary = "Adds a number to the integer of a field; a missing field counts as 0.",
            Syntax = "key field increment:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
            SpreadsOver = SpreadKinds.Hash,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadCollections.AddToField(ref context, spread, here),
        },
        new("HINCRBYFLOAT", 4, Grows, static (ref CommandContext context) => IncrByFloat(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "2.6.0", Complexity = "O(1)",
            Summary = "Adds a floating-point number to the number of a field; a missing field counts as 0.",
            Syntax = "key field increment:double",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
        },
    ];

    /// <summary>
    /// The hash of a key, made where it is missing, ready to take the fields and values of these arguments.
    /// </summary>
    internal static bool TryOpen(ref CommandContext context, in Key key, int first, out HashValue hash)
    {
        if (!HashLookup.TryWrite(ref context, key, out hash)) return false;
        if (hash.IsNull) hash = HashValue.Create(key);
        if (hash.IsTable) return true;
        int longest = 0;
        for (int index = first; index < context.ArgCount; index++)
            longest = Math.Max(longest, context.Arg(index).Length);
        hash.Expect((context.ArgCount - first) / 2, longest, context.Dataset.Encodings);
        return true;
    }

    private static void Set(ref CommandContext context, bool isOld)
    {
        if (context.ArgCount % 2 != 0)
        {
            context.Reply.Error($"ERR wrong number of arguments for '{context.Spec.FullName}' command");
            return;
        }
        Key key = context.Key(1);
        if (!TryOpen(ref context, key, 2, out HashValue hash)) return;
        EncodingLimits limits = context.Dataset.Encodings;
        int added = 0;
        for (int index = 2; index < context.ArgCount; index += 2)
        {
            if (hash.Set(context.Element(index), context.Arg(index + 1), keepsDeadline: false, limits)) added++;
            key.Home.Owner.ChangedFields.Note(context.Arg(index));
        }
        key.Home.Modified(key, KeyEvent.HSet);
        if (isOld) context.Reply.Ok();
        else context.Reply.Integer(added);
    }

    private static void SetNew(ref CommandContext context)
    {
        Key key = context.Key(1);
        Member field = context.Element(2);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        if (hash.TryGet(field, out _))
        {
            context.Reply.Integer(0);
            return;
        }
        if (hash.IsNull) hash = HashValue.Create(key);
        EncodingLimits limits = context.Dataset.Encodings;
        hash.Expect(1, Math.Max(field.Bytes.Length, context.Arg(3).Length), limits);
        hash.Set(field, context.Arg(3), keepsDeadline: false, limits);
        key.Home.Owner.ChangedFields.Note(field.Bytes);
        key.Home.Modified(key, KeyEvent.HSet);
        // Where its deadline had passed, it is still there for whoever replays this.
        HashEffects.Set(key, hash, field, context.Arg(3));
        context.Reply.Integer(1);
    }

    private static void Delete(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        int removed = 0;
        for (int index = 2; index < context.ArgCount && !hash.IsNull && hash.Count > 0; index++)
        {
            if (!hash.Remove(context.Element(index))) continue;
            key.Home.Owner.ChangedFields.Note(context.Arg(index));
            removed++;
        }
        // One whose deadline had passed may have been the last.
        if (removed > 0 || (!hash.IsNull && hash.Count == 0)) HashLookup.Removed(key, ref hash, KeyEvent.HDel);
        context.Reply.Integer(removed);
    }

    private static void IncrBy(ref CommandContext context)
    {
        if (!context.TryGetInteger(3, out long increment)) return;
        Key key = context.Key(1);
        Member field = context.Element(2);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        long value = 0;
        bool isFound = hash.TryGet(field, out HashField found);
        if (isFound && !TryReadInteger(found.Value, out value))
        {
            context.Reply.Error("ERR hash value is not an integer"u8);
            return;
        }
        long sum = unchecked(value + increment);
        // The sum overflowed if and only if its sign differs from that of both terms.
        if (((value ^ sum) & (increment ^ sum)) < 0)
        {
            context.Reply.Error(Errors.Overflow);
            return;
        }
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        digits = digits[..Numbers.FormatInt64(sum, digits)];
        Store(ref context, key, ref hash, field, digits);
        key.Home.Owner.ChangedFields.Note(field.Bytes);
        key.Home.Modified(key, KeyEvent.HIncrBy);
        if (!isFound) HashEffects.Set(key, hash, field, digits);
        context.Reply.Integer(sum);
    }

    private static void IncrByFloat(ref CommandContext context)
    {
        if (!LongDouble.TryParse(context.Arg(3), out LongDouble increment))
        {
            context.Reply.Error(Errors.NotAFloat);
            return;
        }
        if (!increment.IsFinite)
        {
            context.Reply.Error("ERR value is NaN or Infinity"u8);
            return;
        }
        Key key = context.Key(1);
        Member field = context.Element(2);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        LongDouble value = default;
        if (hash.TryGet(field, out HashField found) && !TryReadFloat(found.Value, out value))
        {
            context.Reply.Error("ERR hash value is not a float"u8);
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
        Store(ref context, key, ref hash, field, text);
        key.Home.Owner.ChangedFields.Note(field.Bytes);
        key.Home.Modified(key, KeyEvent.HIncrByFloat);
        HashEffects.Set(key, hash, field, text);
        context.Reply.Bulk(text);
    }

    private static bool TryReadInteger(in PackElement value, out long integer)
    {
        integer = value.Integer;
        return value.IsInteger || Numbers.TryParseInt64(value.Text, out integer);
    }

    private static bool TryReadFloat(in PackElement value, out LongDouble number)
    {
        if (!value.IsInteger) return LongDouble.TryParse(value.Text, out number);
        number = LongDouble.FromInt64(value.Integer);
        return true;
    }

    /// <summary>Gives a field a counted value; its deadline stays.</summary>
    private static void Store(
        ref CommandContext context, in Key key, ref HashValue hash, in Member field, scoped ReadOnlySpan<byte> value)
    {
        if (hash.IsNull) hash = HashValue.Create(key);
        EncodingLimits limits = context.Dataset.Encodings;
        hash.Expect(1, Math.Max(field.Bytes.Length, value.Length), limits);
        hash.Set(field, value, keepsDeadline: true, limits);
    }
}
